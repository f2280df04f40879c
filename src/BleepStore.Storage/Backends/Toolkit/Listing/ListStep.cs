namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>How a key counts for the page that is being built.</summary>
public enum ListStep
{
    /// <summary>The key adds nothing. It is outside the query, before the page, or under a common prefix that is complete.</summary>
    Skip,

    /// <summary>The key is an object of the page. Add it.</summary>
    Entry,

    /// <summary>It opened a common prefix, which is on the page now. Everything else under it can be left out.</summary>
    CommonPrefix,

    /// <summary>The page is full, and this key belongs to the next one. Stop.</summary>
    Full,
}
