using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>Asks the application for its signature before every request, ahead of the SDK's policy that signs with it.</summary>
/// <param name="give">Gives the signature.</param>
internal sealed class SasPolicy(Func<CancellationToken, ValueTask<string>> give) : HttpPipelinePolicy
{
    /// <summary>The placeholder that the SDK needs until the first request. It is never sent.</summary>
    private readonly AzureSasCredential _credential = new("sig=none");

    private volatile string? _last;

    /// <summary>The credential for the SDK's client.</summary>
    public AzureSasCredential Credential => _credential;

    /// <summary>Returns the current signature, without question mark.</summary>
    public async ValueTask<string> RenewAsync(CancellationToken cancellationToken)
    {
        // A callback that ignores its token must not keep the request for ever.
        string given = await give(cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        string sas = given.TrimStart('?');
        if (sas != _last)
        {
            _credential.Update(sas);
            _last = sas;
        }

        return sas;
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await RenewAsync(message.CancellationToken).ConfigureAwait(false);
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Renewed signatures work only asynchronously. Use the client's asynchronous methods.");
}
