"""
Words that both engines know: parts of key names, values that are no secret, card words.

The native engine receives these tables when a ruleset is compiled; there is no second copy.
All words are lower case; names of several words are written joined (``card number`` is
``cardnumber``).
"""

from __future__ import annotations

__all__ = [
    "BENIGN_VALUES",
    "CARD_WORDS",
    "ID_SUFFIXES",
    "ID_WORDS",
    "LETTER_PAIRS",
    "NEUTRAL_WORDS",
    "PROSE_WORDS",
    "SIBLING_WORDS",
]

#: Words at the end of a key that do not change what the key names: ``password_value``.
NEUTRAL_WORDS: frozenset[str] = frozenset(
    """
    value val text plain plaintext raw string str new old current previous prev confirm
    confirmation confirmed repeat repeated again verify header headers param field input env
    b64 base64 json body data bytes content default enc encoded original orig provided given
    received supplied
    """.split()
)

#: The keys beside which a ``value`` key is read as that name's value.
SIBLING_WORDS: frozenset[str] = frozenset(
    "name key field header param parameter attribute variable var property".split()
)

#: Unquoted and quoted values that hold no secret, whatever the key.
BENIGN_VALUES: frozenset[str] = frozenset(
    """
    true false null none nil undefined nan yes no on off n/a na - -- ? empty unset unknown
    redacted [redacted] <redacted> (redacted) filtered [filtered] masked [masked] hidden
    [hidden] secret removed [removed] scrubbed [scrubbed] protected xxx xxxx xxxxx
    str string int integer bytes bool boolean float object optional any text secretstr
    secretbytes uuid type password passwd passphrase token required optional missing invalid
    basic bearer digest negotiate http/1.0 http/1.1 http/2 http/2.0 http/3
    """.split()
)

#: Words after ``password:`` in a sentence that is about a password and does not hold one.
PROSE_WORDS: frozenset[str] = frozenset(
    """
    a an the this that these is was are were be been being has have had must may might should
    shall can cannot could will would does do did not no never only for from of to in on at by
    with without and or but if when while because as it its your their his her our my
    attempt attempts required requires incorrect invalid wrong ok okay good bad weak strong
    failed fails failure success succeeded successful expired expires expiring reset resets
    resetting change changed changes changing update updated updates set created deleted
    removed missing empty blank too short long same different match matches matched mismatch
    mismatched accepted denied rejected refused valid verified unverified verification
    correct stored saved hashed encrypted sent emailed requested request requests rotated
    rotation revoked user username users login logout authentication auth authenticate
    authorized unauthorized error errors exception policy manager field form length
    strength hint forgotten lost not-set disabled enabled enable disable optional needed
    provided given used unused rehash rehashed upgraded check checked checks checking
    supplied entered calling called call retry try now already still too again here there
    unexpected expected end start found refresh refreshed issued validated validation
    expiry generated granted present absent unavailable available use access continue proceed
    log sign unlock connect reach enter type open protect store keep get obtain verify confirm
    sensitive known
    """.split()
)

#: Words in or beside a key that make a bare digit run an identifier, a time or a duration.
ID_WORDS: frozenset[str] = frozenset(
    """
    id ids uid uuid guid oid pid tid gid rid sid trace span order orders request requests req
    session correlation seq sequence offset cursor snowflake nonce revision rev version ver
    timestamp ts time times at date datetime duration elapsed latency took ns us ms usec msec
    nsec nanos micros millis seconds sec epoch ref reference invoice txn transaction
    transactions job jobs task tasks message msg user users account accounts customer
    customers event events item items object objects commit build run batch tracking shipment
    parcel ticket case serial index idx count counter size bytes hash checksum lsn xid
    sku ean upc gtin isbn barcode cycles instructions packets
    webhook webhooks channel channels guild guilds
    orderid userid traceid spanid requestid messageid msgid eventid jobid taskid accountid
    customerid transactionid txnid sessionid correlationid objectid itemid productid
    """.split()
)

#: Endings that make any word an identifier word; and numbers of orders, receipts and transactions
#: in scripts without such words.
ID_SUFFIXES: tuple[str, ...] = (
    "_id", "-id", "订单号", "订单编号", "訂單號", "訂單編號", "流水号", "交易号", "单号",
    "注文番号", "受付番号", "伝票番号", "取引番号", "会員番号", "주문번호", "거래번호",
    "заказ", "заказа",
)  # fmt: skip

#: Words that say that a number near them is a card number.
CARD_WORDS: frozenset[str] = frozenset(
    """
    card cards cardnumber cardno cardnum cardpan creditcard debitcard creditcardnumber ccnumber
    ccnum ccn cc pan pans pcn primaryaccountnumber visa mastercard maestro amex
    americanexpress discover diners dinersclub jcb unionpay dankort mir rupay verve elo troy
    hipercard instapayment uatp electron credit debit bankcard paymentcard karte kreditkarte
    carte tarjeta kaart
    """.split()
)

#: The letters that follow each letter in words of programs and of English, nine times of ten:
#: counted in the names and comments of the standard library of Python.
LETTER_PAIRS: dict[str, str] = {
    "a": "bcdgilmnprstuy", "b": "aeilorsu", "c": "acehiklorstu", "d": "adeiorsu", "e":
    "abcdefgilmnprstvwxy", "f": "aefiloru", "g": "aehinrs", "h": "aeiot", "i": "abcdefglmnoprstvz",
    "k": "ei", "l": "adeilostuy", "m": "abeimopsu", "n": "acdefginostuv", "o":
    "abcdfgiklmnoprstuvw", "p": "aehiloprstuy", "q": "u", "r": "acdegiklmnoprstuy", "s":
    "acehilopstuy", "t": "acehiloprstuy", "u": "abceilmnprst", "v": "aei", "w": "aeio", "x": "pt",
    "y": "ps", "z": "e",
}  # fmt: skip
