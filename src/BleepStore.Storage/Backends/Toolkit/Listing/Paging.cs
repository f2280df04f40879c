namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>Goes from page to page of a service's listing.</summary>
public static class Paging
{
    /// <summary>Returns the marker of the next page.</summary>
    /// <param name="current">The marker of this page; <see langword="null"/> for the first.</param>
    /// <param name="next">The marker that this page names.</param>
    /// <returns><see langword="null"/> when this page was the last.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InternalError"/>: the page leads to itself, so the listing would never end.
    /// </exception>
    public static string? Next(string? current, string? next) => string.IsNullOrEmpty(next) ? null
        : next != current ? next
        : throw new StorageException(
            StorageErrorCode.InternalError,
            "The listing leads from a page to the same page. Check what answers at the address of the service.");

    /// <summary>Returns one marker for a service that names a page by two.</summary>
    /// <param name="marker">The first marker.</param>
    /// <param name="second">The second marker, which tells pages of the same first marker apart.</param>
    /// <returns><see langword="null"/> where there is no first marker.</returns>
    public static string? Pair(string? marker, string? second) => string.IsNullOrEmpty(marker) ? null : $"{marker}\n{second}";
}
