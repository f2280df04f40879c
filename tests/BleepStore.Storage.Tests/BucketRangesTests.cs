using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests;

public class BucketRangesTests
{
    private const int Size = 10_000;
    private static readonly byte[] Content = Bytes.Of(Size);

    private static IEnumerable<TestCaseData> Plans()
    {
        yield return Plan("near", [(100, 10), (0, 50)], ["bytes=0-109"]);
        yield return Plan("gap", [(0, 10), (1010, 10), (2021, 10)], ["bytes=0-1019", "bytes=2021-2030"]);
        yield return Plan("overlap", [(0, 100), (50, 100), (20, 10)], ["bytes=0-149"]);
        yield return Plan("too large together", [(0, 1500), (1500, 1000)], ["bytes=0-1499", "bytes=1500-2499"]);
        yield return Plan("too large alone", [(0, 5000), (5000, 10)], ["bytes=0-4999", "bytes=5000-5009"]);
        yield return Plan("the same twice", [(7, 5), (7, 5)], ["bytes=7-11"]);
        yield return Plan("no bytes", [(7, 0), (9, 5)], ["bytes=9-13"]);

        static TestCaseData Plan(string name, (long, long)[] ranges, string[] requests) =>
            new TestCaseData(ranges, requests).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Plans))]
    public async Task Near_ranges_are_one_request((long Offset, long Length)[] ranges, string[] requests)
    {
        (Bucket bucket, List<GetRequest> sent) = await PrepareAsync();
        ByteRange[] wanted = [.. ranges.Select(static range => ByteRange.From(range.Offset, range.Length))];
        var options = new GetRangesOptions { MaxGap = 1000, MaxRequestSize = 2000, MaxConcurrency = 1 };

        IReadOnlyList<ReadOnlyMemory<byte>> found = await bucket.GetRangesAsync("k", wanted, options);

        Assert.That(sent.Select(static request => request.Range.ToString()), Is.EqualTo(requests));
        Assert.That(sent.Skip(1).All(static request => request.IfRevision is not null), Is.True, "pinned");
        for (int range = 0; range < ranges.Length; range++)
        {
            int begin = (int)ranges[range].Offset;
            Assert.That(found[range].ToArray(), Is.EqualTo(Content[begin..(begin + (int)ranges[range].Length)]));
        }
    }

    [Test]
    public async Task A_suffix_is_asked_for_first_because_it_tells_the_size()
    {
        (Bucket bucket, List<GetRequest> sent) = await PrepareAsync();

        IReadOnlyList<ReadOnlyMemory<byte>> found = await bucket.GetRangesAsync(
            "k", [ByteRange.From(0, 10), ByteRange.Suffix(10), ByteRange.From(9_000)]);

        Assert.That(sent.Select(static request => request.Range.ToString()), Is.EqualTo(new[] { "bytes=-10", "bytes=0-9999" }));
        Assert.That(found[1].ToArray(), Is.EqualTo(Content[^10..]));
        Assert.That(found[2].ToArray(), Is.EqualTo(Content[9_000..]));
    }

    [Test]
    public async Task An_object_that_is_replaced_between_the_requests_is_PreconditionFailed()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        await bucket.PutAsync("k", Content);
        int gets = 0;
        backend.Get = async (request, token) =>
        {
            gets++;
            GetResult result = await backend.Real.GetAsync(request, token);
            if (gets == 1)
            {
                await bucket.PutAsync("k", Bytes.Of(Size, seed: 2), cancellationToken: token);
            }

            return result;
        };

        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed,
            () => bucket.GetRangesAsync("k", [ByteRange.From(0, 10), ByteRange.From(5000, 10)], new GetRangesOptions { MaxGap = 10 }));

        Assert.That((error.Operation, error.Key, gets), Is.EqualTo(("Get", "k", 2)));
    }

    [Test]
    public async Task A_cancelled_read_of_ranges_ends_with_the_callers_token()
    {
        (Bucket bucket, _) = await PrepareAsync();
        var cancelled = new CancellationToken(canceled: true);
        OperationCanceledException error = await Catch.AsyncAs<OperationCanceledException>(
            () => bucket.GetRangesAsync("k", [ByteRange.From(0, 10)], options: null, cancelled));
        Assert.That(error.CancellationToken, Is.EqualTo(cancelled));
    }

    [Test]
    public async Task Limits_that_are_out_of_range_are_bad_arguments()
    {
        (Bucket bucket, List<GetRequest> sent) = await PrepareAsync();
        GetRangesOptions[] wrong = [new() { MaxGap = -1 }, new() { MaxRequestSize = 0 }, new() { MaxConcurrency = 0 }];
        foreach (GetRangesOptions options in wrong)
        {
            await Catch.AsyncAs<ArgumentOutOfRangeException>(() => bucket.GetRangesAsync("k", [ByteRange.From(0, 10)], options));
        }

        Assert.That(sent, Is.Empty);
    }

    private static async Task<(Bucket Bucket, List<GetRequest> Sent)> PrepareAsync()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        await bucket.PutAsync("k", Content);
        var sent = new List<GetRequest>();
        backend.Get = (request, token) =>
        {
            sent.Add(request);
            return backend.Real.GetAsync(request, token).AsTask();
        };
        return (bucket, sent);
    }
}
