//! The names of personal parameters, as data. Sorted by their bytes; words without separators, in
//! lower case.
//!
//! Beside English the usual words of German, French, Spanish, Italian, Portuguese, Dutch, Polish and
//! the Nordic languages, without accents. Why each group is in it, and what was left out on
//! purpose: `docs/sources/scrub.md`.

use super::{
    Reason,
    Reason::{
        Address, Birth, Card, Email, Iban, Ip, Jwt, Name, NationalId, Order, Phone, Secret,
        Session, User,
    },
};

/// Personal wherever they end a key: `billing_phone_number`, `user[email]`.
#[rustfmt::skip]
pub(super) const ANYWHERE: &[(&str, Reason)] = &[
    ("aadhaar", NationalId), ("aadhar", NationalId), ("aaid", User), ("accesskey", Secret),
    ("accesstoken", Secret), ("accountholder", Name), ("accountid", User), ("accountno", Iban),
    ("accountnumber", Iban), ("achternaam", Name), ("activationcode", Secret),
    ("activationkey", Secret), ("addr", Address), ("address", Address), ("addressline", Address),
    ("adres", Address), ("adresse", Address), ("adressemail", Email), ("advertisingid", User),
    ("androidid", User), ("apellido", Name), ("apellidos", Name), ("apikey", Secret),
    ("apitoken", Secret), ("aspnetsessionid", Session), ("aspsessionid", Session),
    ("auftragsnummer", Order), ("authcode", Secret), ("authorization", Secret),
    ("authorizationcode", Secret), ("authtoken", Secret), ("bankaccount", Iban),
    ("bankaccountnumber", Iban), ("bankleitzahl", Iban), ("basketid", Session), ("bdate", Birth),
    ("bday", Birth), ("bearer", Secret), ("benutzername", Name), ("bestellnummer", Order),
    ("bestellung", Order), ("bestelnummer", Order), ("billingaddress", Address), ("birth", Birth),
    ("birthdate", Birth), ("birthday", Birth), ("birthmonth", Birth), ("birthyear", Birth),
    ("blz", Iban), ("bookingid", Order), ("bookingnumber", Order), ("bookingref", Order),
    ("bookingreference", Order), ("bsftid", User), ("bsn", NationalId), ("buyerid", User),
    ("callerid", Phone), ("cardcvc", Card), ("cardcvv", Card), ("cardexp", Card),
    ("cardexpiry", Card), ("cardholder", Name), ("cardholdername", Name), ("cardno", Card),
    ("cardnumber", Card), ("cartid", Session), ("carttoken", Session), ("ccexp", Card),
    ("ccno", Card), ("ccnum", Card), ("ccnumber", Card), ("cedula", NationalId),
    ("cellnumber", Phone), ("cellphone", Phone), ("cellulare", Phone), ("celular", Phone),
    ("cep", Address), ("cfid", Session), ("cftoken", Session), ("checkoutid", Session),
    ("cksubscriberid", User), ("clientid", User), ("clientip", Ip), ("clientsecret", Secret),
    ("cnpj", NationalId), ("codepostal", Address), ("codeverifier", Secret),
    ("codicefiscale", NationalId), ("codigopostal", Address), ("cognome", Name),
    ("confirmationid", Order), ("confirmationnumber", Order), ("confirmationtoken", Secret),
    ("contactemail", Email), ("contactid", User), ("contrasena", Secret),
    ("coordinates", Address), ("coords", Address), ("correo", Email),
    ("correoelectronico", Email), ("courriel", Email), ("cpf", NationalId),
    ("cprnumber", NationalId), ("credential", Secret), ("credentials", Secret),
    ("creditcard", Card), ("creditcardnumber", Card), ("csrftoken", Secret), ("curp", NationalId),
    ("custid", User), ("customerid", User), ("customerno", User), ("customernumber", User),
    ("customerref", User), ("cvc", Card), ("cvn", Card), ("cvv", Card), ("datadinascita", Birth),
    ("datanascimento", Birth), ("dataurodzenia", Birth), ("datedenaissance", Birth),
    ("datenaissance", Birth), ("dateofbirth", Birth), ("debitcard", Card),
    ("debitcardnumber", Card), ("deliveryaddress", Address), ("deviceid", User),
    ("direccion", Address), ("displayname", Name), ("dni", NationalId), ("dob", Birth),
    ("driverlicense", NationalId), ("driverslicense", NationalId), ("drivinglicence", NationalId),
    ("efternamn", Name), ("efternavn", Name), ("email", Email), ("emailaddr", Email),
    ("emailaddress", Email), ("emailadresse", Email), ("emailid", Email), ("emailto", Email),
    ("employeeid", User), ("endereco", Address), ("epost", Email), ("eposta", Email),
    ("etternavn", Name), ("etunimi", Name), ("externalid", User), ("familienname", Name),
    ("familyname", Name), ("fax", Phone), ("faxnumber", Phone), ("fechadenacimiento", Birth),
    ("fechanacimiento", Birth), ("firstname", Name), ("fname", Name), ("fodelsedatum", Birth),
    ("forename", Name), ("fornamn", Name), ("fornavn", Name), ("fullname", Name), ("gaid", User),
    ("gata", Address), ("geboortedatum", Birth), ("geburtsdatum", Birth), ("geburtstag", Birth),
    ("geolocation", Address), ("givenname", Name), ("gps", Address), ("handynummer", Phone),
    ("hashkey", Secret), ("haslo", Secret), ("hausnummer", Address),
    ("henkilotunnus", NationalId), ("homeaddress", Address), ("housename", Address),
    ("housenumber", Address), ("hsenc", User), ("hsmi", User), ("huisnummer", Address),
    ("iban", Iban), ("idcard", NationalId), ("identitycard", NationalId), ("idfa", User),
    ("idfv", User), ("idnumber", NationalId), ("idtoken", Secret), ("imie", Name),
    ("indirizzo", Address), ("insurancenumber", NationalId), ("invitetoken", Secret),
    ("invoiceid", Order), ("invoiceno", Order), ("invoicenumber", Order), ("ipaddr", Ip),
    ("ipaddress", Ip), ("ipv", Ip), ("itin", NationalId), ("jsessionid", Session), ("jwt", Jwt),
    ("jwttoken", Jwt), ("kartennummer", Card), ("kennwort", Secret), ("klantnummer", User),
    ("kodpocztowy", Address), ("kontonummer", Iban), ("kreditkarte", Card), ("kundenid", User),
    ("kundennummer", User), ("lastname", Name), ("latitude", Address), ("latlng", Address),
    ("latlon", Address), ("latlong", Address), ("leadid", User), ("legalname", Name),
    ("licensenumber", NationalId), ("lname", Name), ("login", User), ("loginid", User),
    ("logradouro", Address), ("longitude", Address), ("losenord", Secret), ("loyaltyid", User),
    ("loyaltynumber", User), ("magiclink", Secret), ("maidenname", Name), ("mail", Email),
    ("mailaddress", Email), ("mailadresse", Email), ("mailid", Email),
    ("mailingaddress", Address), ("mailto", Email), ("mceid", User), ("mcuserid", User),
    ("medicare", NationalId), ("medicarenumber", NationalId), ("memberid", User),
    ("memberno", User), ("membernumber", User), ("mfacode", Secret), ("middlename", Name),
    ("mkttok", Secret), ("mlsubscriber", User), ("mname", Name), ("mobiel", Phone),
    ("mobileno", Phone), ("mobilenumber", Phone), ("mobilephone", Phone), ("mobilnummer", Phone),
    ("motdepasse", Secret), ("mrn", NationalId), ("msisdn", Phone), ("nachname", Name),
    ("nacimiento", Birth), ("naissance", Birth), ("nameoncard", Name), ("nascimento", Birth),
    ("nascita", Birth), ("nationalid", NationalId), ("nationalidentifier", NationalId),
    ("nationalinsurance", NationalId), ("nationalinsurancenumber", NationalId),
    ("nazwisko", Name), ("nhsnumber", NationalId), ("nickname", Name), ("nino", NationalId),
    ("nombre", Name), ("nombrecompleto", Name), ("nomdefamille", Name), ("nomecompleto", Name),
    ("numerocarte", Card), ("numeroclient", User), ("numerocliente", User),
    ("numerocommande", Order), ("numerocuenta", Iban), ("numeroordine", Order),
    ("numeropedido", Order), ("numerotarjeta", Card), ("numerotelephone", Phone),
    ("oauthtoken", Secret), ("oauthtokensecret", Secret), ("oauthverifier", Secret),
    ("olyanonid", User), ("olyencid", User), ("onetimecode", Secret), ("onetimepassword", Secret),
    ("ordercode", Order), ("orderguid", Order), ("orderid", Order), ("orderkey", Secret),
    ("orderno", Order), ("ordernr", Order), ("ordernum", Order), ("ordernumber", Order),
    ("orderref", Order), ("orderreference", Order), ("ordertoken", Order), ("orderuuid", Order),
    ("ordrenummer", Order), ("osoite", Address), ("otp", Secret), ("pannumber", NationalId),
    ("passphrase", Secret), ("passport", NationalId), ("passportno", NationalId),
    ("passportnumber", NationalId), ("passwd", Secret), ("password", Secret),
    ("passwort", Secret), ("patientid", NationalId), ("patientnumber", NationalId),
    ("patronymic", Name), ("paymentid", Order), ("paymentintent", Order),
    ("paymentintentclientsecret", Order), ("paymentref", Order), ("personalnumber", NationalId),
    ("personid", User), ("personnummer", NationalId), ("pesel", NationalId), ("phone", Phone),
    ("phoneno", Phone), ("phonenr", Phone), ("phonenumber", Phone), ("phpsessid", Session),
    ("pincode", Secret), ("plz", Address), ("postal", Address), ("postaladdress", Address),
    ("postalcode", Address), ("postcode", Address), ("postinumero", Address),
    ("postleitzahl", Address), ("postnummer", Address), ("prenom", Name), ("primeironome", Name),
    ("privatekey", Secret), ("profileid", User), ("publickeytoken", Secret), ("puhelin", Phone),
    ("puhelinnumero", Phone), ("purchaseorder", Order), ("pwd", Secret), ("realname", Name),
    ("receiptid", Order), ("receiptnumber", Order), ("rechnungsnummer", Order),
    ("recipientemail", Email), ("refreshtoken", Secret), ("remoteaddr", Ip), ("remoteip", Ip),
    ("reservationid", Order), ("reservationnumber", Order), ("resetkey", Secret),
    ("resettoken", Secret), ("rodnecislo", NationalId), ("routingnumber", Iban), ("rue", Address),
    ("rufnummer", Phone), ("sahkoposti", Email), ("salasana", Secret), ("salesorder", Order),
    ("saml", Secret), ("samlrequest", Secret), ("samlresponse", Secret), ("secret", Secret),
    ("secretkey", Secret), ("securitycode", Card), ("senha", Secret), ("sessid", Session),
    ("session", Session), ("sessionid", Session), ("sessionkey", Session),
    ("sessiontoken", Session), ("sfmcsub", User), ("shipmentid", Order),
    ("shippingaddress", Address), ("sid", Session), ("signature", Secret),
    ("sinnumber", NationalId), ("smsnumber", Phone), ("sobrenome", Name),
    ("socialsecurity", NationalId), ("socialsecurityno", NationalId),
    ("socialsecuritynumber", NationalId), ("sortcode", Iban),
    ("sozialversicherungsnummer", NationalId), ("ssid", Session), ("ssn", NationalId),
    ("steuerid", NationalId), ("steuernummer", NationalId), ("straat", Address),
    ("straatnaam", Address), ("strasse", Address), ("straße", Address), ("street", Address),
    ("streetaddress", Address), ("streetname", Address), ("streetnumber", Address),
    ("studentid", User), ("subscriberid", User), ("subscriberkey", User),
    ("subscriptionid", Order), ("sukunimi", Name), ("surname", Name), ("taxid", NationalId),
    ("taxnumber", NationalId), ("tel", Phone), ("telefon", Phone), ("telefone", Phone),
    ("telefonnr", Phone), ("telefonnummer", Phone), ("telefono", Phone), ("telefonszam", Phone),
    ("telefoon", Phone), ("telefoonnummer", Phone), ("telephone", Phone),
    ("telephonenumber", Phone), ("telno", Phone), ("telnr", Phone), ("token", Secret),
    ("trackingnumber", Order), ("transactionid", Order), ("transactionnumber", Order),
    ("transactionref", Order), ("tussenvoegsel", Name), ("txid", Order), ("txnid", Order),
    ("uid", User), ("ulica", Address), ("unsubscribetoken", Secret), ("useremail", Email),
    ("userid", User), ("userip", Ip), ("userlogin", User), ("username", Name), ("userref", User),
    ("verificationcode", Secret), ("veroid", User), ("visitid", Session), ("visitorid", Session),
    ("voornaam", Name), ("vorname", Name), ("wachtwoord", Secret), ("whatsapp", Phone),
    ("whatsappnumber", Phone), ("xsrftoken", Secret), ("yearofbirth", Birth), ("zip", Address),
    ("zipcode", Address), ("zipplus", Address),
];

/// Personal only as the whole key, or after the word for a person or a form ([`HOLDERS`]):
/// `name` and `customer[name]`, but not `product_name`; `code`, but not `promo_code`.
#[rustfmt::skip]
pub(super) const WHOLE: &[(&str, Reason)] = &[
    ("account", User), ("auth", Secret), ("bic", Iban), ("booking", Order), ("calle", Address),
    ("cap", Address), ("card", Card), ("cell", Phone), ("clave", Secret), ("client", User),
    ("code", Secret), ("commande", Order), ("contact", User), ("csc", Card), ("cuid", User),
    ("customer", User), ("db", Birth), ("em", Email), ("fn", Name), ("guid", User),
    ("handy", Phone), ("hmac", Secret), ("invoice", Order), ("ip", Ip), ("key", Secret),
    ("lat", Address), ("ln", Name), ("lng", Address), ("lon", Address), ("member", User),
    ("mobil", Phone), ("mobile", Phone), ("movil", Phone), ("naam", Name), ("name", Name),
    ("nie", NationalId), ("nif", NationalId), ("nom", Name), ("nome", Name), ("nonce", Secret),
    ("oid", Order), ("order", Order), ("orders", Order), ("pan", Card), ("pass", Secret),
    ("pedido", Order), ("person", Name), ("ph", Phone), ("pin", Secret), ("po", Order),
    ("portable", Phone), ("posta", Email), ("receipt", Order), ("recipient", Name),
    ("reservation", Order), ("rfc", NationalId), ("rut", NationalId), ("sig", Secret),
    ("sso", Secret), ("subscriber", User), ("swift", Iban), ("tax", NationalId),
    ("ticket", Secret), ("tin", NationalId), ("transaction", Order), ("txn", Order),
    ("user", User), ("uuid", User), ("zp", Address),
];

/// Ends of words that were written together: `customeremail`.
pub(super) const TAILS: &[(&str, Reason)] = &[
    ("email", Email),
    ("emailaddress", Email),
    ("firstname", Name),
    ("lastname", Name),
    ("password", Secret),
    ("passwd", Secret),
    ("phonenumber", Phone),
    ("sessionid", Session),
    ("sessid", Session),
    ("surname", Name),
    ("telefonnummer", Phone),
    ("token", Secret),
];

/// Words before a [`WHOLE`] one that make it a person's.
#[rustfmt::skip]
pub(super) const HOLDERS: &[&str] = &[
    "account", "admin", "applicant", "attendee", "author", "bill", "billing", "buyer",
    "candidate", "card", "cardholder", "checkout", "child", "client", "consumer", "contact",
    "cust", "customer", "data", "delivery", "donor", "employee", "field", "fields",
    "filter", "form", "guest", "holder", "in", "input", "invoice", "ip",
    "lead", "member", "my", "order", "owner", "param", "parent", "passenger",
    "patient", "payer", "payment", "person", "personal", "profile", "query", "recipient",
    "registration", "sender", "ship", "shipping", "student", "subscriber", "tel", "traveler",
    "traveller", "ud", "user", "users", "visitor", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_name_nothing_twice() {
        for table in [ANYWHERE, WHOLE] {
            let sorted = table.windows(2).all(|pair| pair[0].0 < pair[1].0);
            assert!(sorted);
        }
        assert!(HOLDERS.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(WHOLE.iter().all(|(word, _)| ANYWHERE.iter().all(|(other, _)| other != word)));
    }
}
