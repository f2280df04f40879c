using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>
/// Simulates the death of a process on the network. After a number of requests, no more arrive. Can also do something just before a request
/// goes out.
/// </summary>
internal sealed class InterruptingPolicy : HttpPipelinePolicy
{
    private int _left = int.MaxValue;
    private bool _losesAnswer;
    private Func<SentRequest, Task>? _before;

    /// <summary>Whether a request was cut off since <see cref="After"/>.</summary>
    public bool HasCut => Volatile.Read(ref _left) < 0;

    /// <summary>Adds the policy to a store's client, which then tries nothing twice.</summary>
    public void AddTo(AzureBackendOptions options) => options.ConfigureClient = client =>
    {
        client.AddPolicy(this, HttpPipelinePosition.PerRetry);
        client.Retry.MaxRetries = 0;
    };

    /// <param name="requests">How many requests are answered from now on.</param>
    /// <param name="losesAnswer">Whether the one after those still arrives, and only its answer is lost.</param>
    public void After(int requests, bool losesAnswer)
    {
        _losesAnswer = losesAnswer;
        Volatile.Write(ref _left, requests);
    }

    /// <summary>Runs something before every request, until it is given something else.</summary>
    public void Before(Func<SentRequest, Task>? run) => _before = run;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Everything is asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (_before is { } before)
        {
            await before(await SentRequest.FromAsync(message.Request, withBody: false, message.CancellationToken));
        }

        int left = Interlocked.Decrement(ref _left);
        if (left >= 0)
        {
            await ProcessNextAsync(message, pipeline);
            return;
        }

        if (left == -1 && _losesAnswer)
        {
            await ProcessNextAsync(message, pipeline);
        }

        throw new RequestFailedException("The process ended here.");
    }
}
