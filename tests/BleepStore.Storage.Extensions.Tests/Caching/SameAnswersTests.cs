using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Extensions.Tests.Support;
using BleepStore.Storage.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Caching;

/// <summary>A store with a cache and one without, over one backend, answer the same, whatever was done before by either.</summary>
public sealed class SameAnswersTests
{
    private static readonly string[] Keys = ["a", "b", "c/d"];

    [Test]
    public void Both_answer_the_same_after_any_operations()
    {
        Gen<Step> step =
            from action in Gen.Choose(0, 6)
            from key in Gen.Elements(Keys)
            from other in Gen.Elements(Keys)
            from number in Gen.Choose(0, 40)
            from isCached in Gen.Elements(true, false)
            select new Step(action, key, other, number, isCached);
        Law.Holds(Gen.ArrayOf(step, 30), static steps => RunAsync(steps).GetAwaiter().GetResult(), times: 50);
    }

    private static async Task<bool> RunAsync(Step[] steps)
    {
        FaultyBackend backend = await new FaultyBackend().WithBucketAsync();
        await using var cached = new Registered(
            new UnownedBackend(backend), static builder => builder.WithCache(static options => options.MaxObjectSize = 30));
        await using var plain = new Registered(new UnownedBackend(backend), static _ => { });
        foreach (Step step in steps)
        {
            Bucket bucket = (step.IsCached ? cached : plain).Bucket;
            await TryAsync(() => WriteAsync(bucket, step));
            GetOptions[] reads =
            [
                new(),
                new() { Range = ByteRange.From(step.Number) },
                new() { Range = ByteRange.Suffix(step.Number) },
                new() { IfNoneMatch = "*" },
            ];
            foreach (GetOptions read in reads)
            {
                string expected = await ReadAsync(plain.Bucket, step.Other, read);
                string actual = await ReadAsync(cached.Bucket, step.Other, read);
                Assert.That(actual, Is.EqualTo(expected), $"{step} {read}");
            }
        }

        await backend.DisposeAsync();
        return true;
    }

    private static Task WriteAsync(Bucket bucket, Step step) => step.Action switch
    {
        0 => bucket.DeleteAsync(step.Key),
        1 => bucket.CopyAsync(step.Key, step.Other),
        2 => bucket.MoveAsync(step.Key, step.Other),
        3 => bucket.PutAsync(step.Key, Bytes(step.Number), new PutOptions { IfAbsent = true }),
        4 => bucket.PutAsync(step.Key, Bytes(step.Number), new PutOptions { ContentType = $"x/{step.Other.Length}" }),
        _ => bucket.PutAsync(step.Key, Bytes(step.Number)),
    };

    private static byte[] Bytes(int number) => [.. Enumerable.Range(0, number).Select(at => (byte)(at * number))];

    private static async Task<string> ReadAsync(Bucket bucket, string key, GetOptions options)
    {
        try
        {
            await using ObjectReader reader = await bucket.GetAsync(key, options);
            return $"{reader.Properties} {reader.Range} {Convert.ToHexString(await reader.ReadAllAsync())}";
        }
        catch (StorageException error)
        {
            return $"{error.Code} {error.ObjectSize} {error.ObjectETag}";
        }
    }

    private static async Task TryAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (StorageException)
        {
            // A missing object cannot be copied. The reads tell what came of it.
        }
    }

    private sealed record Step(int Action, string Key, string Other, int Number, bool IsCached);
}
