"""Units and currencies: for each, how it is written in Japanese and in English, and how it is said."""

from __future__ import annotations

# key: (Japanese forms, English forms, Japanese as said, English as said (singular, plural)); longer forms match first
UNITS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str, tuple[str, str]]] = {
    "percent": (("%", "パーセント"), ("%", "percent", "per cent"), "%", ("%", "%")),
    "year-span": (("年間", "カ年", "か年", "ヵ年", "ヶ年"), ("years", "year"), "年間", (" year", " years")),
    "age": (("歳", "才"), ("years old", "years of age"), "歳", (" years old", " years old")),
    "month-span": (("カ月間", "か月間", "ヶ月間", "ヵ月間", "カ月", "か月", "ヶ月", "ヵ月", "箇月"), ("months", "month"), "カ月", (" month", " months")),
    "week-span": (("週間",), ("weeks", "week"), "週間", (" week", " weeks")),
    "day-span": (("日間",), ("days", "day"), "日間", (" day", " days")),
    "hour-span": (("時間",), ("hours", "hour"), "時間", (" hour", " hours")),
    "minute-span": (("分間",), ("minutes", "minute"), "分間", (" minute", " minutes")),
    "second-span": (("秒間", "秒"), ("seconds", "second"), "秒", (" second", " seconds")),
    "person": (("人", "名"), ("people", "persons", "person", "employees", "employee", "staff", "members", "member", "engineers", "engineer"), "人", (" person", " people")),
    "company": (("社の企業", "社"), ("companies", "company", "firms", "firm"), "社", (" company", " companies")),
    "party": (("者", "団体"), ("parties", "party", "investors", "investor", "shareholders", "shareholder", "bidders", "bidder", "applicants", "applicant", "organizations", "organisations", "organization", "organisation"), "者", (" party", " parties")),
    "country": (("カ国", "か国", "ヶ国", "ヵ国"), ("countries", "country", "nations", "nation"), "カ国", (" country", " countries")),
    "place": (("つの拠点", "拠点", "カ所", "か所", "ヶ所", "箇所"), ("bases", "base", "locations", "location", "sites", "site", "offices", "office"), "拠点", (" site", " sites")),
    "contract": (("件の契約", "つの契約", "契約"), ("contracts", "contract"), "件の契約", (" contract", " contracts")),
    "team": (("つのチーム", "チーム"), ("teams", "team"), "チーム", (" team", " teams")),
    "mission": (("回のミッション", "つのミッション", "件のミッション", "ミッション"), ("missions", "mission"), "回のミッション", (" mission", " missions")),
    "times": (("回",), ("times",), "回", (" times", " times")),
    "fold": (("倍",), ("-fold",), "倍", ("-fold", "-fold")),
    "item": (("つ", "件", "個", "点", "項目", "種類", "段階"), ("items", "item", "pieces", "piece"), "件", (" item", " items")),
    "vehicle": (("機", "基", "台", "隻"), ("units", "unit", "satellites", "satellite", "rovers", "rover", "landers", "lander"), "機", (" unit", " units")),
    "share": (("株",), ("shares", "share"), "株", (" share", " shares")),
    "kg": (("キログラム", "キロ", "kg"), ("kilograms", "kilogram", "kilos", "kg"), "kg", (" kg", " kg")),
    "tonne": (("トン", "t"), ("tonnes", "tonne", "tons", "ton", "t"), "トン", (" tonne", " tonnes")),
    "gram": (("グラム", "g"), ("grams", "gram", "g"), "グラム", (" gram", " grams")),
    "km/h": (("km/h", "キロメートル毎時"), ("km/h", "kph"), "km/h", (" km/h", " km/h")),
    "m/s": (("m/s", "メートル毎秒"), ("m/s",), "m/s", (" m/s", " m/s")),
    "km": (("キロメートル", "km"), ("kilometers", "kilometres", "kilometer", "kilometre", "km"), "km", (" km", " km")),
    "mm": (("ミリメートル", "ミリ", "mm"), ("millimeters", "millimetres", "mm"), "mm", (" mm", " mm")),
    "cm": (("センチメートル", "センチ", "cm"), ("centimeters", "centimetres", "cm"), "cm", (" cm", " cm")),
    "mile": (("マイル",), ("miles", "mile"), "マイル", (" mile", " miles")),
    "m": (("メートル", "m"), ("meters", "metres", "meter", "metre", "m"), "m", (" m", " m")),
    "square-metre": (("平方メートル", "㎡", "m2"), ("square metres", "square meters", "sqm"), "平方メートル", (" square metres", " square metres")),
    "celsius": (("℃", "°C"), ("°C", "degrees Celsius"), "℃", (" °C", " °C")),
}  # fmt: skip
# code: (Japanese forms, English forms before the amount, English forms after it, Japanese as said)
CURRENCIES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]] = {
    "JPY": (("円", "日本円"), ("JPY", "JP¥", "¥"), ("Japanese yen", "yen", "JPY"), "円"),
    "USD": (("米ドル", "米国ドル", "USドル", "ドル"), ("USD", "US$", "$"), ("U.S. dollars", "US dollars", "dollars", "dollar", "USD"), "ドル"),
    "EUR": (("ユーロ",), ("EUR", "€"), ("euros", "euro", "EUR"), "ユーロ"),
    "GBP": (("英ポンド", "ポンド"), ("GBP", "£"), ("pounds sterling", "pounds", "GBP"), "ポンド"),
    "CNY": (("人民元", "中国元", "元"), ("CNY", "RMB"), ("yuan", "CNY", "RMB"), "元"),
    "CAD": (("カナダドル",), ("CAD", "C$"), ("Canadian dollars", "CAD"), "カナダドル"),
    "AUD": (("豪ドル",), ("AUD", "A$"), ("Australian dollars", "AUD"), "豪ドル"),
    "KRW": (("ウォン",), ("KRW", "₩"), ("won", "KRW"), "ウォン"),
}  # fmt: skip
