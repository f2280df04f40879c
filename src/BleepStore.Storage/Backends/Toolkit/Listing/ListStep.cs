namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>What a key means for the page that is being built.</summary>
public enum ListStep
{
    /// <summary>Nothing: outside the query, before the page, or under a common prefix that is done with.</summary>
    Skip,

    /// <summary>It is an object of the page: add it.</summary>
    Entry,

    /// <summary>It opened a common prefix, which is on the page now. Everything else under it can be left out.</summary>
    CommonPrefix,

    /// <summary>The page is full and this key belongs to the next one: stop.</summary>
    Full,
}
