using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>Tests faults on demand, and the log of requests.</summary>
public sealed class FaultTests
{
    [TestCase(429, "rateLimitExceeded")]
    [TestCase(503, "backendError")]
    [TestCase(408, "uploadBrokenConnection")]
    public async Task A_refusal_has_status_reason_and_wait_and_nothing_is_done(int status, string reason)
    {
        await using PlainClient client = await PlainClient.StartAsync();
        client.Server.Faults.Add(static request => request.Name == "o", Fault.Refusing(status, TimeSpan.FromSeconds(3)));

        PlainAnswer refused = await client.PutAsync("o", "x");

        Assert.That((refused.Refusal, refused["Retry-After"]), Is.EqualTo(($"{status} {reason}", "3")));
        Assert.That((await client.GetAsync(PlainClient.Path("o"))).Status, Is.EqualTo(404));
        Assert.That((await client.PutAsync("o", "x")).Status, Is.EqualTo(200), "once only");
    }

    [TestCase(FaultKind.Cut, false)]
    [TestCase(FaultKind.CutAfter, true)]
    public async Task A_cut_connection_gives_no_answer_and_says_nothing_of_what_was_done(FaultKind kind, bool done)
    {
        await using PlainClient client = await PlainClient.StartAsync();
        client.Server.Faults.Add(static request => request.Operation == "objects.insert media", new Fault(kind));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PutAsync("o", "x"));

        Assert.That((await client.GetAsync(PlainClient.Path("o"))).Status, Is.EqualTo(done ? 200 : 404));
    }

    [Test]
    public async Task A_lost_answer_can_be_a_503_too()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        client.Server.Faults.Add(static request => request.Operation == "objects.insert media", new Fault(FaultKind.RefuseAfter));

        Assert.That((await client.PutAsync("o", "x")).Refusal, Is.EqualTo("503 backendError"));
        Assert.That((await client.GetAsync(PlainClient.Path("o"))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_body_can_be_cut_in_the_middle()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("o", new byte[100_000]);
        client.Server.Faults.Add(
            static request => request.Operation == "objects.get media", new Fault(FaultKind.CutBody) { BodyBytes = 1000 });

        using HttpResponseMessage answer = await client.Http.GetAsync(
            new Uri(client.Server.BaseUri, PlainClient.Path("o") + "?alt=media"), HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1000]);

        Assert.That(async () => await body.ReadExactlyAsync(new byte[1]), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_script_can_let_some_through_first()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        client.Server.Faults.Add(static request => request.Operation == "objects.list", Fault.Refusing(503), times: 2, skip: 1);

        var statuses = new List<int>();
        for (int n = 0; n < 4; n++)
        {
            statuses.Add((await client.GetAsync("storage/v1/b/bucket/o")).Status);
        }

        Assert.That(statuses, Is.EqualTo(new[] { 200, 503, 503, 200 }));
    }

    [Test]
    public async Task The_same_seed_gives_the_same_faults_in_about_the_share_asked_for()
    {
        string first = await FatesAsync(7);
        string again = await FatesAsync(7);
        string other = await FatesAsync(8);

        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
        Assert.That(first.Count(static fate => fate == 'r'), Is.InRange(10, 50), "10% of 300");
        Assert.That(first.Count(static fate => fate == 'c'), Is.InRange(3, 30), "5% of 300");

        static async Task<string> FatesAsync(int seed)
        {
            await using PlainClient client = await PlainClient.StartAsync();
            client.Server.Faults.Randomly(seed, refused: 0.1, cut: 0.05);
            var fates = new System.Text.StringBuilder();
            for (int n = 0; n < 300; n++)
            {
                try
                {
                    // GET is not used, because HttpClient resends it by itself when a reused connection is cut.
                    fates.Append((await client.PutAsync("o", "x")).Status == 200 ? '.' : 'r');
                }
                catch (HttpRequestException)
                {
                    fates.Append('c');
                }
            }

            return fates.ToString();
        }
    }

    [Test]
    public async Task Requests_are_recorded_with_operation_place_status_and_bytes()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        await client.PutAsync("a/b", "0123456789");
        client.Server.Requests.Clear();

        await client.GetAsync(PlainClient.Path("a/b") + "?alt=media", ("Range", "bytes=2-4"));
        await client.GetAsync(PlainClient.Path("none"));

        IReadOnlyList<RequestRecord> records = client.Server.Requests.Records;
        Assert.That(
            records.Select(static record => (record.Operation, record.Bucket, record.Name, record.Status, record.BytesDown)),
            Is.EqualTo(new[]
        {
            ("objects.get media", "bucket", "a/b", 206, 3L),
            ("objects.get", "bucket", "none", 404, 0L),
        }));
    }
}
