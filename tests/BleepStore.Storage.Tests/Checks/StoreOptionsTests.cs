using BleepStore.Storage.Backends;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.InMemory;

namespace BleepStore.Storage.Tests.Checks;

public class StoreOptionsTests
{
    private const long MiB = 1024 * 1024;

    private static readonly string GoodKey = Convert.ToBase64String(new byte[32]);

    [Test]
    public void The_defaults_are_right_and_are_those_of_the_documentation()
    {
        var options = new ObjectStoreOptions();
        Assert.That(StoreOptions.Faults(options), Is.Empty);
        Assert.That((options.PartSize, options.MultipartThreshold, options.MaxConcurrency), Is.EqualTo((8 * MiB, (long?)null, 4)));
        Assert.That(options.MaxBufferedParts, Is.Null);
        Assert.That((options.MinimumPartSize, options.ReadRetries), Is.EqualTo((5 * MiB, 4)));
        Assert.That((options.IdleTimeout, options.AnswerTimeout), Is.EqualTo((TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(2))));
        Assert.That(options.ServerWorkTimeout, Is.EqualTo(TimeSpan.FromMinutes(15)));
        Assert.That(TransferSettings.From(options).Limits, Is.EqualTo(RequestLimits.Default), "a backend that no store told has the same");
    }

    private static StoreLinkOptions Links(string url, string? key) =>
        new() { BaseUrl = new Uri(url, UriKind.RelativeOrAbsolute), Key = key };

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Case(nameof(ObjectStoreOptions.PartSize), static options => options.PartSize = (5 * MiB) - 1);
        yield return Case(nameof(ObjectStoreOptions.PartSize), static options => options.PartSize = (4000 * MiB) + 1);
        yield return Case(nameof(ObjectStoreOptions.MultipartThreshold), static options => options.MultipartThreshold = (8 * MiB) - 1);
        yield return Case(nameof(ObjectStoreOptions.MultipartThreshold), static options => options.MultipartThreshold = (4000 * MiB) + 1);
        yield return Case(nameof(ObjectStoreOptions.MaxConcurrency), static options => options.MaxConcurrency = 0);
        yield return Case(nameof(ObjectStoreOptions.MaxConcurrency), static options => options.MaxConcurrency = 257);
        yield return Case(nameof(ObjectStoreOptions.MaxBufferedParts), static options => options.MaxBufferedParts = 0);
        yield return Case(nameof(ObjectStoreOptions.MaxBufferedParts), static options => options.MaxBufferedParts = 5);
        yield return Case(nameof(ObjectStoreOptions.MinimumPartSize), static options => options.MinimumPartSize = 0);
        yield return Case(nameof(ObjectStoreOptions.MinimumPartSize), static options => options.MinimumPartSize = (5 * MiB) + 1);
        yield return Case(nameof(ObjectStoreOptions.ReadRetries), static options => options.ReadRetries = -1);
        yield return Case(nameof(ObjectStoreOptions.ReadRetries), static options => options.ReadRetries = 101);
        yield return Case(nameof(ObjectStoreOptions.Links), static options => options.Links = null!);
        yield return Case("Links.BaseUrl", static options => options.Links = Links("ftp://a/", GoodKey));
        yield return Case("Links.BaseUrl", static options => options.Links = Links("https://a/?b", GoodKey));
        yield return Case("Links.BaseUrl", static options => options.Links = Links("https://a/#b", GoodKey));
        yield return Case("Links.BaseUrl", static options => options.Links = Links("https://u@a/", GoodKey));
        yield return Case("Links.BaseUrl", static options => options.Links = Links("/links", GoodKey));
        yield return Case("Links.BaseUrl", static options => options.Links = Links("https://a/", key: null));
        yield return Case("Links has", static options => options.Links = new StoreLinkOptions { Key = GoodKey });
        yield return Case("Links.Key", static options => options.Links = Links("https://a/", "AAAA"));
        yield return Case("Links.Key", static options => options.Links = Links("https://a/", new string('!', 64)));
        yield return Case(nameof(ObjectStoreOptions.IdleTimeout), static options => options.IdleTimeout = TimeSpan.Zero);
        yield return Case(nameof(ObjectStoreOptions.IdleTimeout), static options => options.IdleTimeout = TimeSpan.FromMilliseconds(-2));
        yield return Case(nameof(ObjectStoreOptions.IdleTimeout), static options => options.IdleTimeout = TimeSpan.FromDays(24.001));
        yield return Case(nameof(ObjectStoreOptions.AnswerTimeout), static options => options.AnswerTimeout = TimeSpan.Zero);
        yield return Case(nameof(ObjectStoreOptions.AnswerTimeout), static options => options.AnswerTimeout = TimeSpan.MaxValue);
        yield return Case(nameof(ObjectStoreOptions.ServerWorkTimeout), static options => options.ServerWorkTimeout = TimeSpan.Zero);
        yield return Case(nameof(ObjectStoreOptions.ServerWorkTimeout), static options => options.ServerWorkTimeout = TimeSpan.MaxValue);
    }

    [TestCaseSource(nameof(Broken))]
    public void An_option_out_of_its_range_is_named(string option, Action<ObjectStoreOptions> set)
    {
        var options = new ObjectStoreOptions();
        set(options);
        Assert.That(StoreOptions.Faults(options).Single(), Does.StartWith(option));
        Assert.That(() => InMemoryStore.Create(storeOptions: options), Throws.ArgumentException.With.Message.Contains(option));
    }

    private static IEnumerable<TestCaseData> AtTheEdge()
    {
        yield return Case("least", static options =>
            (options.PartSize, options.MultipartThreshold, options.MaxConcurrency, options.MinimumPartSize, options.ReadRetries) = (
                5 * MiB, 5 * MiB, 1, 1, 0));
        yield return Case("most", static options =>
            (options.PartSize, options.MultipartThreshold, options.MaxConcurrency, options.MinimumPartSize, options.ReadRetries) = (
                4000 * MiB, 4000 * MiB, 256, 5 * MiB, 100));
    }

    [Test]
    public void A_limit_of_time_can_be_the_longest_a_tick_or_none()
    {
        foreach (TimeSpan limit in (TimeSpan[])[TimeSpan.FromTicks(1), TimeSpan.FromDays(24), Timeout.InfiniteTimeSpan])
        {
            var options = new ObjectStoreOptions { IdleTimeout = limit, AnswerTimeout = limit, ServerWorkTimeout = limit };
            Assert.That(StoreOptions.Faults(options), Is.Empty, limit.ToString());
        }
    }

    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(3, 2)]
    [TestCase(4, 2)]
    [TestCase(5, 2)]
    [TestCase(6, 3)]
    [TestCase(256, 128)]
    public void Half_of_what_is_under_way_may_be_held_in_memory_but_two_where_that_allows_it(int concurrency, int held)
    {
        Assert.That(TransferSettings.From(new ObjectStoreOptions { MaxConcurrency = concurrency }).MaxBufferedParts, Is.EqualTo(held));
        Assert.That(
            TransferSettings.From(new ObjectStoreOptions { MaxConcurrency = concurrency, MaxBufferedParts = concurrency }).MaxBufferedParts,
            Is.EqualTo(concurrency));
    }

    [TestCaseSource(nameof(AtTheEdge))]
    public void The_edges_of_the_ranges_are_in_them(string edge, Action<ObjectStoreOptions> set)
    {
        var options = new ObjectStoreOptions();
        set(options);
        Assert.That(StoreOptions.Faults(options), Is.Empty, edge);
    }

    [Test]
    public void Every_fault_is_said_at_once()
    {
        var options = new ObjectStoreOptions { MaxConcurrency = 0, ReadRetries = -1 };
        Assert.That(
            () => InMemoryStore.Create(storeOptions: options),
            Throws.ArgumentException.With.Message.Contains("MaxConcurrency").And.Message.Contains("ReadRetries"));
    }

    private static TestCaseData Case(string option, Action<ObjectStoreOptions> set) => new(option, set);
}
