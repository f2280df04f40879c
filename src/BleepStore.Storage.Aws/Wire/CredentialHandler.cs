using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// Waits for the renewal of a credential within the limits of the request. The SDK waits for a credential without a token, so a renewal
/// that hangs would hang the request for ever. It comes before each handler of the SDK that needs the credential.
/// </summary>
internal sealed class CredentialHandler : PipelineHandler
{
    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        IRequestContext request = executionContext.RequestContext;
        if (request.Identity is RenewedCredentials renewed)
        {
            await renewed.GetCredentialsAsync().WaitAsync(request.CancellationToken).ConfigureAwait(false);
        }

        return await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
    }
}
