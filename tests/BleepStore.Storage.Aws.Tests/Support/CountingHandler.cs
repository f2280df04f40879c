namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>Keeps what goes over the wire to a real server.</summary>
internal sealed class CountingHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly List<string> _kinds = [];

    public IReadOnlyList<string> Take()
    {
        lock (_kinds)
        {
            string[] taken = [.. _kinds];
            _kinds.Clear();
            return taken;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        SentRequest sent = await SentRequest.FromAsync(request, withBody: false, cancellationToken);
        lock (_kinds)
        {
            _kinds.Add(sent.Kind);
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
