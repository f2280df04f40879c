using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Azure.Wire;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace BleepStore.Storage.Azure.Tests.Wire;

public sealed class AzureClientsTests
{
    private const string Connection = "DefaultEndpointsProtocol=https;AccountName=fromstring;AccountKey="
        + Azurite.Key
        + ";EndpointSuffix=core.windows.net";

    [Test]
    public void The_accounts_name_becomes_its_address()
    {
        AzureClients clients = FromOptions(new AzureBackendOptions { AccountName = "account", Container = "store" });

        Assert.That(clients.Service.Uri, Is.EqualTo(new Uri("https://account.blob.core.windows.net/")));
        Assert.That(clients.Shared.Name, Is.EqualTo("store"));
    }

    [Test]
    public void A_connection_string_goes_before_everything()
    {
        AzureClients clients = FromOptions(new AzureBackendOptions
        {
            ConnectionString = Connection,
            AccountName = "account",
            SasToken = "sig=x",
            UseManagedIdentity = true,
            CredentialFactory = Throw,
            Container = "store",
        });

        Assert.That(clients.Service.AccountName, Is.EqualTo("fromstring"));
        Assert.That(clients.Service.CanGenerateAccountSasUri, Is.True);
        Assert.That(clients.Credential, Is.Null);
    }

    [Test]
    public async Task Then_a_SAS()
    {
        AzureClients clients = FromOptions(
            new AzureBackendOptions
            {
                AccountName = "account",
                SasToken = "?sig=x",
                UseManagedIdentity = true,
                CredentialFactory = Throw,
                Container = "store",
            });

        Assert.That(await clients.Sas!(CancellationToken.None), Is.EqualTo("sig=x"));
        Assert.That(clients.Credential, Is.Null);
    }

    [TestCase(null)]
    [TestCase("client-id")]
    public void Then_managed_identity_the_systems_or_with_a_client_id(string? id)
    {
        AzureClients clients = FromOptions(
            new AzureBackendOptions
            {
                AccountName = "account",
                UseManagedIdentity = true,
                ManagedIdentityClientId = id,
                CredentialFactory = Throw,
                Container = "store",
            });

        Assert.That(clients.Credential, Is.TypeOf<ManagedIdentityCredential>());
    }

    [Test]
    public void Then_the_credential_that_is_given()
    {
        TokenCredential credential = Substitute.For<TokenCredential>();

        AzureClients clients = FromOptions(
            new AzureBackendOptions { AccountName = "account", CredentialFactory = _ => credential, Container = "store" });

        Assert.That(clients.Credential, Is.SameAs(credential));
    }

    [Test]
    public void Then_the_default_credential() =>
        Assert.That(
            FromOptions(new AzureBackendOptions { AccountName = "account", Container = "store" }).Credential,
            Is.TypeOf<DefaultAzureCredential>());

    [Test]
    public void The_credential_factory_gets_the_applications_services()
    {
        TokenCredential credential = Substitute.For<TokenCredential>();
        using ServiceProvider services = new ServiceCollection().AddSingleton(credential).BuildServiceProvider();

        using var clients = AzureClients.FromOptions(
            new AzureBackendOptions
            {
                AccountName = "account",
                Container = "store",
                CredentialFactory = static services => services.GetRequiredService<TokenCredential>(),
            },
            services);

        Assert.That(clients.Credential, Is.SameAs(credential));
    }

    [Test]
    public async Task What_is_given_is_not_disposed_and_disposing_twice_or_unused_is_harmless()
    {
        using var credential = new DisposableCredential();
        ObjectStore store = AzureStore.Create(
            new AzureBackendOptions { AccountName = "account", Container = "store", CredentialFactory = _ => credential });
        BlobServiceClient client = Substitute.For<BlobServiceClient>();
        ObjectStore given = AzureStore.Create(client, new AzureBackendOptions { Container = "store" });

        await store.DisposeAsync();
        await store.DisposeAsync();
        store.Dispose();
        given.Dispose();

        Assert.That(credential.IsDisposed, Is.False);
        Assert.That(client.ReceivedCalls().Select(static call => call.GetMethodInfo().Name), Has.None.EqualTo("Dispose"));
    }

    [Test]
    public void Clients_that_are_given_are_used_and_handed_out()
    {
        BlobServiceClient service = Substitute.For<BlobServiceClient>();
        BlobContainerClient container = Substitute.For<BlobContainerClient>();
        service.GetBlobContainerClient("store").Returns(container);

        using ObjectStore byService = AzureStore.Create(service, new AzureBackendOptions { Container = "store" });
        using ObjectStore byContainer = AzureStore.Create(container);

        Assert.That(byService.GetService<BlobServiceClient>(), Is.SameAs(service));
        Assert.That(byService.GetService<BlobContainerClient>(), Is.SameAs(container));
        Assert.That(byContainer.GetService<BlobContainerClient>(), Is.SameAs(container));
    }

    [Test]
    public void Every_option_is_carried()
    {
        bool configured = false;
        using ObjectStore store = AzureStore.Create(new AzureBackendOptions
        {
            AccountUrl = new Uri("https://account.blob.core.windows.net"),
            SasToken = "sig=x",
            Container = "store",
            Prefix = "pre/",
            ConfigureClient = _ => configured = true,
        });

        Assert.That(configured, Is.True);
        Assert.That(store.Capabilities.MaxKeyBytes, Is.EqualTo(956));
        Assert.That(store.Capabilities, Is.EqualTo(
            new StorageCapabilities
            {
                MaxKeyBytes = 956,
                RetriesRequests = true,
                EnforcesBuckets = false,
                ListsInKeyOrder = false,
                MaxCopySize = 5000L * 1024 * 1024,
                MaxPutSize = 5000L * 1024 * 1024,
            }));
    }

    private static TokenCredential Throw(IServiceProvider services) => throw new InvalidOperationException("Not this one.");

    private static AzureClients FromOptions(AzureBackendOptions options) =>
        AzureClients.FromOptions(options, Substitute.For<IServiceProvider>());

    private sealed class DisposableCredential : TokenCredential, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
