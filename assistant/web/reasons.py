"""Why a file was rejected, in the reader's language: the loader's English sentence in, the same for a page out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.announcement import Language

# The loaders' sentences (corpus/load*.py and what they call) as patterns, and each in Japanese.
_JA: Sequence[tuple[str, str]] = (
    (r"Files of type '(.*?)' are not read\. Save it as one of (.*)\.", "{0}形式のファイルは読み込めません。対応している形式：{1}"),
    (r"The file is empty\.", "ファイルが空です。内容を確認してください。"),
    (r"The file is larger than (\S+) MB\. Split it\.", "ファイルが{0} MBを超えています。分割してください。"),
    (r"The file holds no lines\.", "ファイルに行がありません。"),
    (r"The file cannot be opened: (.*)\. Check its permissions\.", "ファイルを開けません（{0}）。"),
    (r"This is no regular file\. Give the path of a file\.", "通常のファイルではありません。"),
    (r"The text of page (\d+) is garbage and was left out\. .*",
     "{0}ページの文字が正しく読み取れないため、そのページを除きました。「スキャンを読み取る」を選んで追加し直してください。"),
    (r"The PDF has no text layer: .*",
     "PDFに文字の情報がありません（スキャンされた画像です）。「スキャンを読み取る」を選んで追加し直してください。"),
    (r"The text layer of the PDF is garbage: .*",
     "PDFの文字情報が壊れています。「スキャンを読み取る」を選ぶか、作成元から別のファイルを入手してください。"),
    (r"A picture on page (\d+) has (\S+) megapixels; (\S+) are read at most\. .*",
     "{0}ページの画像が大きすぎます（{1}百万画素、上限は{2}百万画素）。300 dpiでスキャンし直してください。"),
    (r"The PDF is encrypted\. .*", "PDFにパスワードがかかっています。パスワードのないものを追加してください。"),
    (r"The PDF is broken and cannot be opened\. .*", "PDFが壊れていて開けません。元のソフトで保存し直してください。"),
    (r"The PDF has (\S+) pages; (\S+) are read at most\. Split it\.", "PDFが{0}ページあります。上限は{1}ページです。分割してください。"),
    (r"The PDF has no pages\.", "PDFにページがありません。"),
    (r"Page (\d+) of the PDF is broken\. .*", "PDFの{0}ページが壊れています。元のソフトで保存し直してください。"),
    (r"A page of the PDF has (\S+) characters, .*", "PDFの1ページに{0}文字あり、読み込めません。保存し直してください。"),
    (r"The Word file is broken\. .*", "Wordファイルが壊れています。Wordで開き、.docxとして保存し直してください。"),
    (r"The Word file holds no text\. .*", "Wordファイルに文字がありません。画像の中の文字は読み取れません。"),
    (r"The Word file is encrypted or in the old \.doc format\. .*",
     "Wordファイルが暗号化されているか、古い.doc形式です。パスワードなしの.docxで保存してください。"),
    (r"The file is named \.docx but is no Word document\. .*", "拡張子は.docxですが、Word文書ではありません。Wordで保存し直してください。"),
    (r"The Word file is broken or encrypted\. .*", "Wordファイルが壊れているか暗号化されています。パスワードなしで保存し直してください。"),
    (r"The Word file unpacks to more than (\S+) MB\. .*", "Wordファイルを展開すると{0} MBを超えます。画像を小さくしてください。"),
    (r"The page holds no text beside navigation\. .*",
     "ページに本文がありません。スクリプトで表示されるページは、ブラウザで保存したものを追加してください。"),
    (r"The page is no HTML\. .*", "HTMLではありません。ブラウザから保存し直してください。"),
    (r"The page nests elements more than (\d+) deep\. .*", "HTMLの入れ子が深すぎます（{0}段を超えています）。文字だけを保存して追加してください。"),
    (r"The line is longer than (\S+) MB\. .*", "1行が{0} MBを超えています。分割してください。"),
    (r"The line is not valid JSON(.*)\. Write one JSON object a line\.", "JSONとして読めない行です{0}。1行に1件のJSONを書いてください。"),
    (r"The line is not a JSON object\. .*", "JSONのオブジェクトではない行です。{{\"title\": \"…\", \"text\": \"…\"}} の形で書いてください。"),
    (r"'text' must be text in quotes\.", "「text」は引用符で囲んだ文字列にしてください。"),
    (r"The line has no 'text'\.", "「text」のない行です。"),
    (r"The file holds no text below its front matter\.", "先頭の設定欄より後に本文がありません。"),
    (r"The front matter that begins with --- does not end\. .*", "---で始まる先頭の設定欄が終わっていません。---の行で閉じてください。"),
    (r"The front matter is not valid YAML(.*)\. Put values .*", "先頭の設定欄をYAMLとして読めません{0}。「:」や「#」を含む値は引用符で囲んでください。"),
    (r"The front matter cannot be read: (.*)\. Check its dates and brackets\.", "先頭の設定欄を読めません（{0}）。日付と括弧を確認してください。"),
    (r"The front matter is not a list of 'key: value' lines\.", "先頭の設定欄が「項目: 値」の形になっていません。"),
    (r"The front matter uses a YAML anchor .*", "先頭の設定欄でYAMLのアンカー（&や*）が使われています。引用符で囲んでください。"),
    (r"'(.*?)' must be text, not (.*)\. Put the value in quotes\.", "「{0}」は文字列にしてください。値を引用符で囲んでください。"),
    (r"'published' is '(.*)'\. Write it as .*", "「published」が「{0}」です。2022、2022-09、2022-09-22のように書いてください。"),
    (r"'published_at' is '(.*)'\. Write a date and time .*", "「published_at」が「{0}」です。2022-09-22T15:00+09:00のように書いてください。"),
    (r"'(.*?)' is '(.*)'\. Write one of: (.*)\.", "「{0}」が「{1}」です。次のいずれかにしてください：{2}"),
    (r"The text is in no encoding that can be told for sure\. .*", "文字コードを判別できません。UTF-8で保存し直してください。"),
    (r"The file holds binary data, not text\. .*", "文字ではないデータが入っています。UTF-8のテキストとして保存し直してください。"),
    (r"The file holds no text\.", "ファイルに文字がありません。"),
    (r"(?:.*) holds no readable text\. Add a file with text in it\.", "読み取れる文字がありません。文字のあるファイルを追加してください。"),
    (r"No text can be read in the pictures of the PDF\. .*", "画像から文字を読み取れません。300 dpiで、傾きのないようにスキャンしてください。"),
    (r"The PDF is a scan, and Tesseract.*", "PDFはスキャンですが、このサーバーには読み取りの準備（Tesseractの日本語と英語）がありません。管理者に相談してください。"),
    (r"Page (\d+) takes Tesseract longer than (\S+) seconds\.", "{0}ページの読み取りに{1}秒以上かかるため、中止しました。"),
    (r"Tesseract cannot read page (\d+) of the PDF\. .*", "{0}ページを読み取れません。300 dpiでスキャンし直してください。"),
    (r"Reading the file takes longer than (\S+) seconds\. .*", "読み込みに{0}秒以上かかるため、中止しました。分割するか、簡単な形で保存してください。"),
    (r"Reading the file breaks its reader\. .*", "このファイルは読み込めません。元のソフトで保存し直すか、テキストで保存してください。"),
    (r"Reading the file needs more than (\S+) MB of memory\. .*", "読み込みに{0} MBを超えるメモリーが必要です。分割するか、簡単な形で保存してください。"),
    (r"The file is broken \((.*)\)\. Save it anew from its program\.", "ファイルが壊れています。元のソフトで保存し直してください。（{0}）"),
    (r"A new revision is one announcement, .*", "新しい版にできるのは1件だけですが、このファイルには複数の資料があります。別に追加してください。"),
    (r"The address is not a URL\. .*", "URLではありません。http://またはhttps://から入力してください。"),
    (r"Only addresses that begin with .* are read\.", "http://またはhttps://で始まるURLだけを読み込めます。"),
    (r"The address holds a user name\. .*", "URLにユーザー名が含まれています。ユーザー名とパスワードを除いてください。"),
    (r"The address leads on more than (\d+) times\. .*", "転送が{0}回を超えました。最後のURLを入力してください。"),
    (r"The address leads to something else than http or https\.", "http・https以外のアドレスに転送されました。"),
    (r"The server did not send the page within (\S+) seconds\. .*", "サーバーが{0}秒以内にページを返しませんでした。時間をおいて試してください。"),
    (r"The server answers (.*)\. Check the address\.", "サーバーの応答は「{0}」です。URLを確認してください。"),
    (r"The page cannot be fetched: (.*)\. Check the address\.", "ページを取得できません（{0}）。URLを確認してください。"),
    (r"The page is packed more than once and is not read\.", "ページが二重に圧縮されているため、読み込めません。"),
    (r"The page is of type '(.*)', which no loader reads\.", "{0}形式のページは読み込めません。"),
    (r"The page is larger than (\S+) MB\.", "ページが{0} MBを超えています。"),
    (r"'(.*)' is an address inside a private network and is not read\. .*",
     "「{0}」は社内ネットワークのアドレスのため、読み込みません。必要な場合は、管理者がASSISTANT_ALLOW_HOSTSに加えてください。"),
    (r"The feed is broken\. .*", "フィードが壊れています。ブラウザでURLを確認してください。"),
    (r"The site's robots\.txt asks programs not to read this page\. .*", "サイトのrobots.txtがプログラムによる読み込みを断っています。手作業で保存してください。"),
    (r"The page lists no items with a date\. .*", "日付のついた項目が一覧にありません。一覧のURL、または各項目のURLを入力してください。"),
    (r"The file of what was read, '(.*)', is damaged\. .*", "読み込み済みの記録が壊れています。管理者に連絡してください。（{0}）"),
    (r"Another process has been writing to .*", "ほかの処理が書き込み中です。終わってからもう一度試してください。"),
    (r"The file cannot be kept in '(.*)' \((.*)\)\. .*", "ファイルを保存できません（{1}）。空き容量を管理者に確認してください。"),
    (r"There is no announcement '(.*)'\. .*", "資料「{0}」がありません。一覧から選び直してください。"),
    (r"Something went wrong here\. .*", "こちらで問題が起きました。時間をおいてもう一度試してください。"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), said) for pattern, said in _JA)
_FLAG = re.compile(r"Add (?:it|the file) with --ocr")


def reason_in(reason: str, language: Language) -> str:
    """The sentence in `language`; in English where it is none of those known, and without the command line's options.

    >>> reason_in("The PDF has no pages.", "ja")
    'PDFにページがありません。'
    >>> reason_in("The text of page 2 is garbage and was left out. Add the file with --ocr.", "en")
    'The text of page 2 is garbage and was left out. Tick "Read scans" and add it again.'
    """
    if language == "ja":
        for pattern, said in _PATTERNS:
            if match := pattern.fullmatch(reason):
                return said.format(*match.groups())
    return _FLAG.sub('Tick "Read scans" and add it again', reason)
