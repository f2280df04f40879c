using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.AspNetCore.Problems;

/// <summary>Answers failures of stores, and bodies that the server refused. All else is left to other handlers.</summary>
internal sealed class StorageExceptionHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case StorageException error:
                await StorageProblems.WriteAsync(httpContext, error).ConfigureAwait(false);
                return true;
            case BadHttpRequestException error:
                await StorageProblems.WriteAsync(httpContext, error).ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }
}
