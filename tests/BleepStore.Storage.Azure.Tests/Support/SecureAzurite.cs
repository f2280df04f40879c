using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>
/// An Azurite that speaks https with a certificate of the tests' own, and so takes tokens. One for the assembly, started at the first use.
/// </summary>
internal sealed class SecureAzurite : IDisposable
{
    public const string Account = "account001";

    private static readonly Lazy<Task<SecureAzurite>> Started = new(StartAsync);

    private readonly AzuriteProcess _process;
    private readonly HttpClient _http;
    private readonly DirectoryInfo _folder;

    private SecureAzurite(AzuriteProcess process, HttpClient http, DirectoryInfo folder)
    {
        _process = process;
        _http = http;
        _folder = folder;
        Transport = new HttpClientTransport(http);
    }

    public Uri Url => new($"https://127.0.0.1:{_process.Port}/{Account}");

    /// <summary>Trusts the server's certificate, and no other.</summary>
    public HttpClientTransport Transport { get; }

    /// <summary>A client that trusts the server's certificate, and no other.</summary>
    public HttpClient Http => _http;

    /// <summary>The server, or a skip that says why there is none; in CI a failure.</summary>
    public static async Task<SecureAzurite> RequireAsync()
    {
        await Emulators.RequireNodeAsync();
        return await Started.Value;
    }

    public static async Task StopAsync()
    {
        if (Started.IsValueCreated)
        {
            (await Started.Value).Dispose();
        }
    }

    public void Dispose()
    {
        _process.Dispose();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<SecureAzurite> StartAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bleepstore-azurite-");
        using X509Certificate2 certificate = Certify();
        string pem = Path.Combine(folder.FullName, "certificate.pem");
        string key = Path.Combine(folder.FullName, "key.pem");
        await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(key, certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        HttpClient http = Trusting(certificate.Thumbprint);
        return new SecureAzurite(
            await AzuriteProcess.StartAsync($"{Account}:{Azurite.Key}", http, "https", "--cert", pem, "--key", key, "--oauth", "basic"),
            http,
            folder);
    }

    private static X509Certificate2 Certify()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }

    private static HttpClient Trusting(string thumbprint) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, presented, _, _) =>
                presented is X509Certificate2 certificate && certificate.Thumbprint == thumbprint,
        },
    });
}
