namespace BleepStore.Storage.Backends;

/// <summary>One page of the names in a bucket's place that no key spells.</summary>
public sealed record ListForeignNamesRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The approximate number of names of the page, from 1 to 1,000. A page can hold fewer, even none.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>The token that this backend returned with the previous page. The default is the beginning.</summary>
    public string? ContinuationToken { get; init; }
}
