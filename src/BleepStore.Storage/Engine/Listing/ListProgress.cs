namespace BleepStore.Storage.Engine.Listing;

/// <summary>Ends a listing that goes in a circle, because some servers ignore the marker and return their first page for ever.</summary>
internal static class ListProgress
{
    public static void Require<T>(T before, T after)
    {
        if (EqualityComparer<T>.Default.Equals(before, after))
        {
            throw new StorageException(
                StorageErrorCode.InternalError,
                "The service returned the same page of the listing again, so it ignores the marker. "
                + "The listing is incomplete.");
        }
    }
}
