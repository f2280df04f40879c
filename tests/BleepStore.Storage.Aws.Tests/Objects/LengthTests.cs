using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Objects;

/// <summary>A proxy may send an answer on in chunks, without its length. That is legal, and no empty object.</summary>
public sealed class LengthTests
{
    private const string Md5OfHello = "5d41402abc4b2a76b9719d911017c592";

    private static readonly byte[] Hello = "hello"u8.ToArray();

    [Test]
    public async Task An_object_whose_length_the_answer_does_not_tell_is_read_to_its_end([Values(0, 5)] int size, [Values] bool isGiven)
    {
        byte[] content = Hello[..size];
        var wire = new StubTransport(request => Answer(request, content));
        Bucket bucket = isGiven ? wire.CreateGivenBucket() : wire.CreateBucket();

        await using ObjectReader reader = await bucket.GetAsync("key");

        Assert.That(reader.Properties.Size, Is.EqualTo(size));
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(content));
    }

    [Test]
    public async Task A_head_without_a_length_asks_for_it([Values(0, 5)] int size)
    {
        byte[] content = Hello[..size];
        var wire = new StubTransport(request => Answer(request, content));

        ObjectProperties found = await wire.CreateBucket().HeadAsync("key");

        Assert.That(found.Size, Is.EqualTo(size));
    }

    [Test]
    public async Task An_object_whose_length_nothing_tells_is_an_error()
    {
        var wire = new StubTransport(static _ => Chunked(StubAnswer.Object(Hello, Md5OfHello)));

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.InternalError, () => wire.CreateBucket().GetAsync("key"));

        Assert.That(error.Message, Does.Contain("length"));
    }

    private static HttpResponseMessage Answer(SentRequest request, byte[] content)
    {
        if (request.Header("Range") is not { } range)
        {
            return Chunked(
                StubAnswer.Object(request.Method == "HEAD" ? [] : content, content.Length == 0 ? StubAnswer.Md5OfNothing : Md5OfHello));
        }

        if (content.Length == 0)
        {
            return StubAnswer.Error(416, "InvalidRange");
        }

        byte[] part = range == "bytes=0-0" ? content[..1] : content;
        HttpResponseMessage answer = Chunked(StubAnswer.Object(part, Md5OfHello));
        answer.StatusCode = System.Net.HttpStatusCode.PartialContent;
        answer.Content.Headers.TryAddWithoutValidation("Content-Range", $"bytes 0-{part.Length - 1}/{content.Length}");
        return answer;
    }

    /// <summary>The content does not know its length.</summary>
    private static HttpResponseMessage Chunked(HttpResponseMessage answer)
    {
        HttpContent inner = answer.Content;
        answer.Content = new ChunkedContent(inner);
        foreach ((string name, IEnumerable<string> values) in inner.Headers.Where(static header => header.Key != "Content-Length"))
        {
            answer.Content.Headers.TryAddWithoutValidation(name, values);
        }

        return answer;
    }

    private sealed class ChunkedContent(HttpContent inner) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => inner.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
