namespace BleepStore.Storage.Basics;

/// <summary>The fakes of tests, which derive from the classes of the library and have no backend.</summary>
internal static class Fakes
{
    public static InvalidOperationException NotOverridden(string type) => new(
        $"This {type} is a fake that does not override the member that was called. The stack trace names the member. Override it, or use a "
        + "store in memory.");
}
