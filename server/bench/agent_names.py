"""Folds the names that different suites give to one browser or system into one."""

import re

_BROWSERS = {
    "ie": "internetexplorer",
    "mozilla": "netscape",
    "valvesteamgameoverlay": "steam",
    "valvesteamtenfootdisplay": "steam",
    "qihoo": "360",
    "lb": "liebao",
    "nokiaovi": "nokiaxpress",
    "srwareiron": "iron",
    "chromeheadless": "chrome",
    "headlesschrome": "chrome",
    "operamobi": "opera",
    "fennec": "firefox",
    "shiretoko": "firefox",
    "bonecho": "firefox",
    "iemobile": "internetexplorer",
    "msie": "internetexplorer",
    "mobileinternetexplorer": "internetexplorer",
    "pocketinternetexplorer": "internetexplorer",
    "microsoftedge": "edge",
    "msedge": "edge",
    "mobilesafari": "safari",
    "chromeios": "chrome",
    "safariuiwk": "safari",
    "mobilesafariuiwkwebview": "safari",
    "ui": "safari",
    "androidwebkit": "android",
    "stockandroid": "android",
    "androidwebview": "android",
    "samsunginternet": "samsung",
    "samsunginternetbrowser": "samsung",
    "mi": "miui",
    "xiaomi": "miui",
    "facebookapp": "facebook",
    "fban": "facebook",
    "operadevices": "opera",
    "operatablet": "opera",
    "operaios": "opera",
    "operaminiios": "operamini",
    "operanext": "opera",
    "operagx": "opera",
    "operatouch": "opera",
    "chromiumos": "chromium",
    "gsa": "google",
    "googlesearchapp": "google",
    "googleapp": "google",
    "googlesearch": "google",
    "microsoftofficeword": "microsoftword",
    "microsoftofficeexcel": "microsoftexcel",
    "microsoftofficepowerpoint": "microsoftpowerpoint",
    "microsoftofficeonenote": "microsoftonenote",
    "tcl": "t",
    "palmblazer": "blazer",
    "jasmine": "dolphinjasmine",
    "dolfin": "dolphinjasmine",
    "microsoftbing": "bing",
    "ya": "yandex",
    "s40ovi": "nokiaxpress",
    "ovi": "nokiaxpress",
    "up": "openwave",
    "obigoq": "obigo",
    "obigow": "obigo",
    "obigowap": "obigo",
    "comododragon": "dragon",
    "aolexplorer": "aol",
    "operacoast": "coast",
    "namoroka": "firefox",
    "minefield": "firefox",
    "qqclient": "qq",
    "webkitnightly": "webkit",
    "maxthonnitro": "maxthon",
    "tesla": "qtcar",
    "microsoftoutlook": "outlook",
    "instagramapp": "instagram",
    "tiktokapp": "tiktok",
    "trill": "tiktok",
    "wechatapp": "wechat",
    "micromessenger": "wechat",
    "amazonsilk": "silk",
    "yandexlite": "yandex",
    "ucmini": "uc",
    "ucturbo": "uc",
    "epiphany": "gnomeweb",
    "web": "gnomeweb",
    "firefoxios": "firefox",
    "firefoxfocus": "focus",
    "metaquest": "oculus",
    "duckduckgoprivacy": "duckduckgo",
    "qihoo360": "360",
    "qihoo360safe": "360",
    "360secure": "360",
    "360phone": "360",
    "360speed": "360",
    "360safe": "360",
    "netscapenavigator": "netscape",
    "netscapecommunicator": "netscape",
    "netscape6": "netscape",
    "kakaotalk": "kakao",
    "puffinweb": "puffin",
    "sogoumobile": "sogou",
    "sogouexplorer": "sogou",
    "aliyun": "yunos",
    "baidubox": "baidu",
    "baiduboxapp": "baidu",
    "webkitnightlybuild": "webkit",
    "applewebkit": "webkit",
    "browserng": "nokia",
    "qqmini": "qq",
    "heytap": "oppo",
    "navermobile": "naver",
    "orca": "facebookmessenger",
    "electronapplication": "electron",
    "office": "microsoftoffice",
    "onenote": "microsoftonenote",
    "comodoicedragon": "icedragon",
    "microsoftoutlookexpress": "outlookexpress",
    "amigavoyager": "voyager",
    "espialtv": "espial",
    "doradowap": "dorado",
    "ilunascape": "lunascape",
    "coastbyopera": "coast",
    "salesforce1": "salesforce",
    "teams": "microsoftteams",
    "qtwebinternet": "qtweb",
    "sparkmail": "spark",
    "liebaofast": "liebao",
}
_SYSTEMS = {
    "osx": "macos",
    "mac": "macos",
    "macosx": "macos",
    "macintosh": "macos",
    "iphone": "ios",
    "ipad": "ios",
    "ipod": "ios",
    "ipados": "ios",
    "iphoneos": "ios",
    "gnulinux": "linux",
    "windowsnt": "windows",
    "windows9x": "windows",
    "windows3x": "windows",
    "windowsrt": "windows",
    "windowsxp": "windows",
    "windowsvista": "windows",
    "chromiumos": "chromeos",
    "androidtv": "android",
    "googletv": "android",
    "wearos": "android",
    "blackberryos": "blackberry",
    "blackberrytabletos": "blackberry",
    "rimtabletos": "blackberry",
    "rimos": "blackberry",
    "symbianos": "symbian",
    "series60": "symbian",
    "series40": "nokiaseries40",
    "symbian3": "symbian",
    "sunos": "solaris",
    "opensolaris": "solaris",
    "windowsce": "windowsmobile",
    "aunixbasedos": "unix",
    "darwin": "macos",
    "windowsphoneos": "windowsphone",
    "hpwebos": "webos",
    "palmwebos": "webos",
    "web0s": "webos",
    "sailfishos": "sailfish",
    "harmonyosnext": "harmonyos",
    "openharmony": "harmonyos",
    "gentoolinux": "gentoo",
    "debianlinux": "debian",
    "redhatlinux": "redhat",
    "mandrivalinux": "mandriva",
    "archlinux": "arch",
    "linuxmint": "mint",
    "opensuse": "suse",
    "haikuos": "haiku",
    "beoshaiku": "haiku",
    "classicmacos": "macos",
    "macosclassic": "macos",
    "aliyunos": "yunos",
    "brewmp": "brew",
    "raspbian": "debian",
    "windows7": "windows",
    "windows8": "windows",
    "windows81": "windows",
    "windows10": "windows",
    "windows2000": "windows",
    "windows98": "windows",
    "playstation3": "playstation",
    "playstation4": "playstation",
    "playstationportable": "playstation",
    "playstationvita": "playstation",
    "nintendo3ds": "nintendo",
    "nintendodsi": "nintendo",
    "nintendowii": "nintendo",
    "nintendowiiu": "nintendo",
    "nintendomobile": "nintendo",
    "blackberry10": "blackberry",
    "nokiaashaplatform": "nokiaseries40",
}
_KINDS = {
    "android": {"fireos"},
    "linux": {
        *("ubuntu", "kubuntu", "xubuntu", "lubuntu", "debian", "fedora", "redhat", "centos"),
        *("suse", "arch", "gentoo", "mageia", "mandriva", "slackware", "mint", "elementaryos"),
        "pclinuxos",
    },
}
_WORDS = re.compile(r"\b(?:mobile|webview|browser|app|lite)\b", re.I)


def fold_browser(name: str | None) -> str:
    """One key for the spellings of a browser's name: variants, ``Browser`` and marks dropped."""
    text = _WORDS.sub("", name or "") if (name or "").lower() != "browser" else "browser"
    key = re.sub(r"[^a-z0-9]", "", text.lower()) or re.sub(r"[^a-z0-9]", "", (name or "").lower())
    key = re.sub(r"^mobile|(?:mobile|browser|webview)$", "", key) or key
    return _BROWSERS.get(key, key)


def fold_system(name: str | None) -> str:
    """One key for the spellings of an operating system's name."""
    key = re.sub(r"[^a-z0-9]", "", (name or "").lower())
    return _SYSTEMS.get(key, key)


def same_system(wanted: str, got: str) -> bool:
    """True for equal keys, and where ours says more: a distribution of Linux, Amazon's Android."""
    return wanted == got or got in _KINDS.get(wanted, ())


def windows_as_said(version: str) -> str:
    """The Windows of a label that repeats the platform version of the hints: `14.0.0` is 11."""
    found = re.fullmatch(r"(\d+)\.0(?:\.0)?", version)
    if not found or int(found[1]) < 10:
        return version
    return "11" if int(found[1]) >= 13 else "10"


def major(version: str | None) -> str:
    """The first number of a version, ``""`` where there is none."""
    found = re.match(r"\D*(\d+)", version or "")
    return found[1].lstrip("0") or "0" if found else ""


def same_version(wanted: str, got: str | None) -> bool:
    """True where one version continues the other: ``10.1`` and ``10.1.2``, ``9`` and ``9.0``."""
    if not got:
        return False
    a, b = (re.sub(r"(\.0)+$", "", re.sub(r"[_-]", ".", v.lower())) for v in (wanted, got))
    return a == b or (a + ".").startswith(b + ".") or (b + ".").startswith(a + ".")
