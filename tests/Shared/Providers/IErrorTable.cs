namespace BleepStore.Storage.Tests.Shared.Providers;

/// <summary>The table of errors of a provider, for <see cref="ErrorTableTests{TTable}"/>.</summary>
public interface IErrorTable
{
    /// <summary>
    /// The codes that the provider must know, each with its status or error number, its name, and the code that it becomes.
    /// </summary>
    static abstract IReadOnlyList<(int Number, string Name, StorageErrorCode Expected)> Codes { get; }

    /// <summary>The names of the codes that the provider knows.</summary>
    static abstract IEnumerable<string> KnownCodes { get; }
}
