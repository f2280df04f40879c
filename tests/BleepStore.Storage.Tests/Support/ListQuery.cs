using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using FsCheck;
using FsCheck.Fluent;

namespace BleepStore.Storage.Tests.Support;

/// <summary>A query over keys, and what a plain walk over all of them finds.</summary>
internal sealed record ListQuery(IReadOnlyCollection<string> Keys, string Prefix, string? Delimiter, string? StartAfter, int PageSize)
{
    public static readonly string[] Pieces = ["a", "b", "/", "/", "-", ".", "\\", "abc", "é", "\uffff", "😀"];

    public static Gen<ListQuery> Any =>
        from keys in Gen.ListOf(Law.Text(1, Pieces))
        from prefix in Gen.OneOf(Gen.Constant(""), Law.Text(1, "a", "b", "/"))
        from delimiter in Gen.Elements<string?>(null, "/", "/", "\\", "abc", "a", "é")
        from startAfter in Gen.OneOf(
            Gen.Constant<string?>(null), Gen.Constant<string?>(null), Law.Text(1, Pieces).Select(static text => (string?)text))
        from pageSize in Gen.Elements(1, 2, 3, 10)
        select new ListQuery(keys, prefix, delimiter, startAfter, pageSize);

    public IEnumerable<string> Sorted() => Keys.Distinct().Order(KeyOrder.Instance);

    public ListRequest Request(string? token) => new()
    {
        Bucket = "b",
        Prefix = Prefix,
        Delimiter = Delimiter,
        StartAfter = StartAfter,
        PageSize = PageSize,
        ContinuationToken = token,
    };

    public IEnumerable<string> Expected() => Keys
        .Where(key => key.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(key => Delimiter is not null && key.IndexOf(Delimiter, Prefix.Length, StringComparison.Ordinal) is >= 0 and var at
            ? key[..(at + Delimiter.Length)]
            : key)
        .Where(name => StartAfter is null || KeyOrder.Instance.Compare(name, StartAfter) > 0)
        .Distinct()
        .Order(KeyOrder.Instance);
}
