using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>Answers for the emulator that it does not know an operation.</summary>
internal sealed class NotImplementedPolicy(Func<SentRequest, bool> isUnknown) : HttpPipelinePolicy
{
    /// <summary>Under a SAS the emulator answers 500 to Put Blob From URL, and 501 otherwise.</summary>
    public static NotImplementedPolicy PutBlobFromUrl =>
        new(static sent => sent.Kind == "PUT from url" && sent.Header("x-ms-blob-type") is not null);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Everything is asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (isUnknown(await SentRequest.FromAsync(message.Request, withBody: false, message.CancellationToken)))
        {
            message.Response = StubResponse.Error(501, "NotImplemented");
            message.Response.ClientRequestId = message.Request.ClientRequestId;
            return;
        }

        await ProcessNextAsync(message, pipeline);
    }
}
