using System.Text;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>"Resumable uploads", "Perform resumable uploads".</summary>
public sealed class ResumableTests
{
    private const int Granularity = 256 * 1024;

    [Test]
    public async Task Chunks_are_confirmed_with_308_and_the_last_makes_the_object()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        string session = await BeginAsync(client);
        byte[] bytes = Bytes(Granularity + 5);

        PlainAnswer start = await PutAsync(client, session, [], "bytes */*");
        PlainAnswer first = await PutAsync(client, session, bytes[..Granularity], $"bytes 0-{Granularity - 1}/*");
        PlainAnswer status = await PutAsync(client, session, [], "bytes */*");
        int before = (await client.GetAsync(PlainClient.Path("o"))).Status;
        PlainAnswer last = await PutAsync(client, session, bytes[Granularity..], $"bytes {Granularity}-{bytes.Length - 1}/{bytes.Length}");
        PlainAnswer after = await PutAsync(client, session, [], $"bytes */{bytes.Length}");

        Assert.Multiple(() =>
        {
            Assert.That((start.Status, start["Range"]), Is.EqualTo((308, (string?)null)));
            Assert.That((first.Status, first["Range"]), Is.EqualTo((308, $"bytes=0-{Granularity - 1}")));
            Assert.That((status.Status, status["Range"]), Is.EqualTo((308, $"bytes=0-{Granularity - 1}")));
            Assert.That(before, Is.EqualTo(404), "nothing shows before the end");
            Assert.That(
                (last.Status, (string?)last.Json["contentType"], (string?)last.Json["metadata"]!["n"]),
                Is.EqualTo((200, "image/png", "v")));
            Assert.That((after.Status, (string?)after.Json["generation"]), Is.EqualTo((200, (string?)last.Json["generation"])));
        });
        Assert.That((await client.GetAsync(PlainClient.Path("o") + "?alt=media")).Bytes, Is.EqualTo(bytes));
    }

    [TestCase(0)]
    [TestCase(7)]
    public async Task The_whole_object_can_come_at_once(int length)
    {
        await using PlainClient client = await PlainClient.StartAsync();

        PlainAnswer answer = await PutAsync(client, await BeginAsync(client), Bytes(length), contentRange: null);

        Assert.That((answer.Status, (string?)answer.Json["size"]), Is.EqualTo((200, $"{length}")));
    }

    [Test]
    public async Task An_empty_object_is_finished_by_its_total()
    {
        await using PlainClient client = await PlainClient.StartAsync();

        Assert.That((string?)(await PutAsync(client, await BeginAsync(client), [], "bytes */0")).Json["size"], Is.EqualTo("0"));
    }

    [Test]
    public async Task A_chunk_that_is_not_the_last_has_256_KiB_and_only_multiples_are_kept()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        string session = await BeginAsync(client);

        PlainAnswer small = await PutAsync(client, session, Bytes(100), "bytes 0-99/*");
        PlainAnswer odd = await PutAsync(client, session, Bytes(Granularity + 100), $"bytes 0-{Granularity + 99}/*");

        Assert.That(small.Refusal, Is.EqualTo("400 invalid"));
        Assert.That((odd.Status, odd["Range"]), Is.EqualTo((308, $"bytes=0-{Granularity - 1}")));
    }

    [Test]
    public async Task What_was_received_is_not_taken_again_and_a_gap_is_refused()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        string session = await BeginAsync(client);
        byte[] bytes = Bytes(2 * Granularity);
        await PutAsync(client, session, bytes[..Granularity], $"bytes 0-{Granularity - 1}/*");

        PlainAnswer gap = await PutAsync(client, session, bytes[..10], $"bytes {Granularity + 1}-{Granularity + 10}/{Granularity + 11}");
        byte[] resent = [.. new byte[Granularity], .. bytes[Granularity..]];
        PlainAnswer answer = await PutAsync(client, session, resent, $"bytes 0-{resent.Length - 1}/{resent.Length}");

        Assert.That((gap.Refusal, answer.Status), Is.EqualTo(("400 invalid", 200)));
        Assert.That((await client.GetAsync(PlainClient.Path("o") + "?alt=media")).Bytes, Is.EqualTo(bytes));
    }

    [TestCase("bytes 0-3/3")]
    [TestCase("bytes 0-9/10")]
    [TestCase("nonsense")]
    [TestCase("bytes */4")]
    public async Task A_range_that_does_not_fit_the_chunk_is_refused(string contentRange)
    {
        await using PlainClient client = await PlainClient.StartAsync();

        Assert.That((await PutAsync(client, await BeginAsync(client), Bytes(4), contentRange)).Refusal, Is.EqualTo("400 invalid"));
    }

    [Test]
    public async Task A_cancelled_session_answers_499_and_is_gone()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        string session = await BeginAsync(client);

        PlainAnswer cancelled = await client.SendAsync(HttpMethod.Delete, session);

        Assert.That(cancelled.Status, Is.EqualTo(499));
        Assert.That((await PutAsync(client, session, Bytes(4), contentRange: null)).Refusal, Is.EqualTo("410 gone"));
        Assert.That((await client.GetAsync(PlainClient.Path("o"))).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_session_that_never_was_is_404()
    {
        await using PlainClient client = await PlainClient.StartAsync();

        Assert.That((await PutAsync(
            client,
            $"upload/storage/v1/b/{PlainClient.Bucket}/o?uploadType=resumable&upload_id=x",
            [],
            "bytes */*")).Refusal, Is.EqualTo("404 notFound"));
    }

    [Test]
    public async Task Conditions_and_hashes_hold_when_the_object_is_made()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        string conditional = await BeginAsync(client, "&ifGenerationMatch=0");
        string hashed = await BeginAsync(client, resource: """{"crc32c":"AAAAAA=="}""");
        await client.PutAsync("o", "meanwhile");

        PlainAnswer lost = await PutAsync(client, conditional, Bytes(4), contentRange: null);
        PlainAnswer wrong = await PutAsync(client, hashed, Bytes(4), contentRange: null);

        Assert.That((lost.Refusal, wrong.Refusal), Is.EqualTo(("412 conditionNotMet", "400 invalid")));
        Assert.That((await client.GetAsync(PlainClient.Path("o") + "?alt=media")).Text, Is.EqualTo("meanwhile"));
    }

    [Test]
    public async Task An_announced_length_must_come_true()
    {
        await using PlainClient client = await PlainClient.StartAsync();
        string session = await BeginAsync(client, length: 10);

        Assert.That((await PutAsync(client, session, Bytes(4), "bytes 0-3/4")).Refusal, Is.EqualTo("400 invalid"));
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(static n => (byte)(n % 251))];

    private static async Task<string> BeginAsync(PlainClient client, string query = "", string resource = """{"metadata":{"n":"v"}}""", int? length = null)
    {
        (string, string)[] headers =
        [
            ("X-Upload-Content-Type", "image/png"),
            .. length is { } announced ? [("X-Upload-Content-Length", $"{announced}")] : Array.Empty<(string, string)>(),
        ];
        PlainAnswer answer = await client.SendAsync(
            HttpMethod.Post,
            $"upload/storage/v1/b/{PlainClient.Bucket}/o?uploadType=resumable&name=o{query}",
            new StringContent(resource, Encoding.UTF8, "application/json"),
            headers);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer["Location"]!;
    }

    private static Task<PlainAnswer> PutAsync(PlainClient client, string session, byte[] bytes, string? contentRange)
    {
        var content = new ByteArrayContent(bytes);
        if (contentRange is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Range", contentRange);
        }

        return client.SendAsync(HttpMethod.Put, session, content);
    }
}
