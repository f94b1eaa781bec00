# Debian's ruby-openid-connect with its defaults: an issuer, an id, a secret.
require 'json'
require 'cgi'
require 'net/http'
require 'openid_connect'

THE = JSON.parse(ENV.fetch('JETON_CASE'))

# Runs one step and reports it; a failure ends the program and names the step.
def step(name)
  result = yield
  puts "ok #{name}"
  result
rescue StandardError
  warn "not ok #{name}"
  raise
end

def attributes(tag)
  tag.scan(/\s([a-z-]+)="([^"]*)"/).to_h { |name, value| [name, CGI.unescapeHTML(value)] }
end

# Somebody with a browser's cookies, who follows redirects and fills in forms until sent to `redirect_uri`.
def sign_in(address, redirect_uri)
  cookies = {}
  here = URI(address)
  request = Net::HTTP::Get.new(here)
  12.times do
    request['Cookie'] = cookies.map { |pair| pair.join('=') }.join('; ')
    answer = Net::HTTP.new(here.host, here.port, nil).request(request)
    (answer.get_fields('set-cookie') || []).each do |line|
      name, value = line.split(';').first.split('=', 2)
      cookies[name] = value
    end
    if answer.is_a?(Net::HTTPRedirection)
      here = URI.join(here, answer['location'])
      return URI.decode_www_form(here.query).to_h if here.to_s.start_with?(redirect_uri)

      request = Net::HTTP::Get.new(here)
      next
    end
    head, inside = answer.body.match(%r{<form\b([^>]*)>(.*?)</form>}m)&.captures
    raise "#{here} answered #{answer.code}:\n#{answer.body}" unless answer.code == '200' && head

    named = inside.scan(/<input\b[^>]*>/).map { |tag| attributes(tag) }.select { |its| its['name'] }
    fields = named.to_h { |its| [its['name'], its['value'].to_s] }
    fields.merge!(fields.key?('password') ? THE.slice('username', 'password') : { 'decision' => 'approve' })
    here = URI.join(here, attributes(head)['action'].to_s)
    request = Net::HTTP::Post.new(here)
    request.set_form_data(fields)
  end
  raise "no way back to #{redirect_uri}"
end

puts "version #{OpenIDConnect::VERSION}"
# It asks over HTTPS unless told otherwise.
SWD.url_builder = URI::HTTP

config = step('discovery') { OpenIDConnect::Discovery::Provider::Config.discover!(THE['issuer']) }

def client_of(config, identifier, secret)
  OpenIDConnect::Client.new(
    identifier: identifier,
    secret: secret,
    redirect_uri: THE['redirect_uri'],
    authorization_endpoint: config.authorization_endpoint,
    token_endpoint: config.token_endpoint,
    userinfo_endpoint: config.userinfo_endpoint
  )
end

# Signs somebody in and reads the ID token: the client's tokens.
def live(config, client)
  nonce = SecureRandom.hex(16)
  state = SecureRandom.hex(16)
  address = client.authorization_uri(scope: %w[profile offline_access], state: state, nonce: nonce)
  callback = sign_in(address, THE['redirect_uri'])
  raise 'the state is another' unless callback['state'] == state

  client.authorization_code = callback['code']
  tokens = client.access_token!
  id_token = OpenIDConnect::ResponseObject::IdToken.decode(tokens.id_token, config.jwks)
  id_token.verify!(issuer: THE['issuer'], client_id: client.identifier, nonce: nonce)
  tokens
end

client = client_of(config, THE['client_id'], THE['client_secret'])
tokens = step('code') { live(config, client) }
step('userinfo') { raise 'the name is another' unless tokens.userinfo!.name == THE['name'] }
step('refresh') do
  client.refresh_token = tokens.refresh_token
  client.access_token!
end
step('registration') do
  registrar = OpenIDConnect::Client::Registrar.new(config.registration_endpoint, redirect_uris: [THE['redirect_uri']])
  registered = registrar.register!
  made = client_of(config, registered.identifier, registered.secret)
  nonce = SecureRandom.hex(16)
  made.authorization_code = sign_in(made.authorization_uri(nonce: nonce), THE['redirect_uri'])['code']
  id_token = OpenIDConnect::ResponseObject::IdToken.decode(made.access_token!.id_token, config.jwks)
  id_token.verify!(issuer: THE['issuer'], client_id: made.identifier, nonce: nonce)
end
