namespace BleepStore.Storage.NativeAot;

/// <summary>A check of this program did not hold.</summary>
internal sealed class CheckFailedException(string message) : Exception(message);
