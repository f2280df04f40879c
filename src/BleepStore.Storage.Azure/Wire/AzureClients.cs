using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>
/// The SDK clients of one store, created from options or provided by the application, with the known facts about their credential. It does
/// no I/O.
/// </summary>
/// <remarks>
/// The SDK clients need no disposal. A credential that was created here is disposed here if necessary, and a provided one never.
/// </remarks>
internal sealed class AzureClients : IDisposable
{
    /// <summary>The SDK's own default. Any other value was chosen by the application.</summary>
    private static readonly TimeSpan DefaultNetworkTimeout = new BlobClientOptions().Retry.NetworkTimeout;

    /// <summary>How the backend is called.</summary>
    public const string Provider = "azure";

    private readonly BlobServiceClient? _service;
    private readonly BlobContainerClient? _container;
    private readonly IDisposable? _owned;

    private AzureClients(
        BlobServiceClient? service,
        BlobContainerClient? container,
        SendingPolicy? attempts,
        TokenCredential? credential = null,
        Func<CancellationToken, ValueTask<string>>? sas = null,
        IDisposable? owned = null)
    {
        _service = service;
        _container = container;
        _owned = owned;
        Attempts = attempts;
        Credential = credential;
        Sas = sas;
    }

    /// <summary>Whether the application gave the client, or its transport. Then nobody knows how often a request is sent.</summary>
    public bool IsGiven => Attempts is null;

    /// <summary>
    /// Counts the attempts of the client's requests. <see langword="null"/> where the application provided the client or its transport.
    /// </summary>
    public SendingPolicy? Attempts { get; }

    /// <summary>The client's retries, unless they are the application's own.</summary>
    public BoundedRetryPolicy? Retries { get; private init; }

    /// <summary>The credential, where it is a token's and known.</summary>
    public TokenCredential? Credential { get; }

    /// <summary>Returns the SAS, where the credential is a known SAS, without question mark.</summary>
    public Func<CancellationToken, ValueTask<string>>? Sas { get; }

    /// <summary>Whether the client has an account key, which signs URLs without a request.</summary>
    public bool HasAccountKey => _container?.CanGenerateSasUri ?? _service!.CanGenerateAccountSasUri;

    /// <summary>Whether the credential can sign URLs. A SAS cannot.</summary>
    public bool SignsUrls => Sas is null && Address?.Query.Contains("sig=", StringComparison.Ordinal) != true;

    /// <summary>The client's address. A fake of an application's tests has none.</summary>
    public Uri? Address => _container is null ? _service!.Uri : _container.Uri;

    /// <summary>The account's client.</summary>
    public BlobServiceClient Service => _service ?? _container!.GetParentBlobServiceClient();

    /// <summary>The shared container.</summary>
    /// <exception cref="InvalidOperationException">Buckets have containers of their own.</exception>
    public BlobContainerClient Shared => _container ?? throw new InvalidOperationException("There is no shared container.");

    public static AzureClients FromService(BlobServiceClient service, AzureBackendOptions options) =>
        new(service, SharedContainer(service, options), attempts: null);

    public static AzureClients FromContainer(BlobContainerClient container) => new(service: null, container, attempts: null);

    /// <summary>Makes the client. The first credential that is set, in the order documented on <see cref="AzureBackendOptions"/>.</summary>
    public static AzureClients FromOptions(AzureBackendOptions options, IServiceProvider services)
    {
        // A request passes the policies in this order: retries, then for each attempt the pace, the time limit, the record of what was
        // sent, and the transport.
        var clientOptions = new BlobClientOptions();
        HttpPipelineTransport ours = clientOptions.Transport;
        options.ConfigureClient?.Invoke(clientOptions);

        // While a request waits for "100 Continue", the handler can resend it by itself.
        clientOptions.Request100ContinueOptions ??= new Request100ContinueOptions { Mode = Request100ContinueMode.Never };

        // The application's transport can resend a request by itself.
        bool countsAttempts = clientOptions.Transport == ours;
        if (options.TransportFactory is { } factory)
        {
            clientOptions.Transport = factory();
        }

        // It is added last, so no policy of the application is between it and the transport.
        var sending = new SendingPolicy();
        clientOptions.AddPolicy(sending, HttpPipelinePosition.BeforeTransport);

        // It comes before the time limit of an attempt, because waiting for a turn is not part of an attempt.
        // The SDK's own waits use the system's clock, too.
        clientOptions.AddPolicy(new PacePolicy(new RequestPace(TimeProvider.System)), HttpPipelinePosition.PerRetry);
        if (clientOptions.Retry.NetworkTimeout == DefaultNetworkTimeout)
        {
            clientOptions.AddPolicy(new TimeoutPolicy(), HttpPipelinePosition.PerRetry);
        }

        clientOptions.RetryPolicy ??= new BoundedRetryPolicy(clientOptions.Retry);
        var retries = clientOptions.RetryPolicy as BoundedRetryPolicy;
        SendingPolicy? attempts = countsAttempts ? sending : null;
        if (!string.IsNullOrEmpty(options.ConnectionString))
        {
            return Made(new BlobServiceClient(options.ConnectionString, clientOptions), options, attempts, retries);
        }

        Uri account = options.AccountUrl ?? new Uri($"https://{options.AccountName}.blob.core.windows.net");
        if (!string.IsNullOrEmpty(options.SasToken))
        {
            string sas = options.SasToken.TrimStart('?');
            var bySas = new BlobServiceClient(account, new AzureSasCredential(sas), clientOptions);
            return Made(bySas, options, attempts, retries, sas: _ => new ValueTask<string>(sas));
        }

        if (options.SasTokenFactory is { } give)
        {
            var renewing = new SasPolicy(token => give(services, token));
            clientOptions.AddPolicy(renewing, HttpPipelinePosition.PerCall);
            var byRenewedSas = new BlobServiceClient(account, renewing.Credential, clientOptions);
            return Made(byRenewedSas, options, attempts, retries, sas: renewing.RenewAsync);
        }

        TokenCredential? made = options switch
        {
            { ManagedIdentityClientId: { Length: > 0 } id } =>
                new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(id)),
            { UseManagedIdentity: true } => new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned),
            { CredentialFactory: null } => new DefaultAzureCredential(),
            _ => null,
        };
        TokenCredential credential = made ?? options.CredentialFactory!(services);
        var byToken = new BlobServiceClient(account, credential, clientOptions);
        return Made(byToken, options, attempts, retries, credential, owned: made as IDisposable);
    }

    /// <summary>The container that holds a bucket's objects.</summary>
    public BlobContainerClient Container(string bucket) => _container ?? _service!.GetBlobContainerClient(bucket);

    public void Dispose() => _owned?.Dispose();

    private static AzureClients Made(
        BlobServiceClient service,
        AzureBackendOptions options,
        SendingPolicy? attempts,
        BoundedRetryPolicy? retries,
        TokenCredential? credential = null,
        Func<CancellationToken, ValueTask<string>>? sas = null,
        IDisposable? owned = null) =>
        new(service, SharedContainer(service, options), attempts, credential, sas, owned) { Retries = retries };

    private static BlobContainerClient? SharedContainer(BlobServiceClient service, AzureBackendOptions options) =>
        options.BucketMapping == AzureBucketMapping.SharedContainer ? service.GetBlobContainerClient(options.Container) : null;
}
