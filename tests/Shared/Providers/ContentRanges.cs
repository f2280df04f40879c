namespace BleepStore.Storage.Tests.Shared.Providers;

/// <summary>Headers <c>Content-Range</c>, and the size of the object that each names.</summary>
internal static class ContentRanges
{
    public static IEnumerable<TestCaseData> Sizes() =>
    [
        new("bytes */123", 123L),
        new("bytes 0-9/123", 123L),
        new("bytes 0-9/*", null),
        new("", null),
        new(null, null),
    ];
}
