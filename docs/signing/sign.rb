# Sign who a visitor is, in Ruby (3.0 or newer). Needs nothing but Ruby.
require 'base64'
require 'json'
require 'openssl'

# A token for the user who is signed in to your application; valid for an hour, 24 at most.
def openbook_token(user_id, email = nil, name = nil, seconds = 3600)
  key = ENV.fetch('OPENBOOK_KEY')
  pair = key.include?('PRIVATE KEY')
  now = Time.now.to_i
  header = { typ: 'JWT', alg: pair ? 'EdDSA' : 'HS256', kid: ENV.fetch('OPENBOOK_KID') }
  claims = { sub: user_id, aud: ENV.fetch('OPENBOOK_WORKSPACE'), iat: now, exp: now + seconds,
             email: email, name: name }
  signed = [header, claims].map { |part| openbook_part(part.to_json) }.join('.')
  signature = if pair
                OpenSSL::PKey.read(key).sign(nil, signed)
              else
                OpenSSL::HMAC.digest('SHA256', key, signed)
              end
  "#{signed}.#{openbook_part(signature)}"
end

def openbook_part(data)
  Base64.urlsafe_encode64(data, padding: false)
end

puts openbook_token(*ARGV.first(3)) if $PROGRAM_NAME == __FILE__
