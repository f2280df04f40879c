namespace BleepStore.Storage.Tests.Shared.Providers;

/// <summary>The table of errors of a provider, whole. Each provider inherits this and gives its table.</summary>
/// <typeparam name="TTable">The table, which is the fixture itself. The cases are static, so they come from a type.</typeparam>
public abstract class ErrorTableTests<TTable>
    where TTable : IErrorTable
{
    private static readonly StorageErrorCode[] Transient =
        [StorageErrorCode.SlowDown, StorageErrorCode.RequestTimeout, StorageErrorCode.ServiceUnavailable];

    private static IEnumerable<TestCaseData> CodeCases() =>
        TTable.Codes.Select(static one => new TestCaseData(one.Number, one.Name, one.Expected).SetArgDisplayNames(one.Name));

    [TestCaseSource(nameof(CodeCases))]
    public void Is_mapped_by_code(int number, string name, StorageErrorCode expected) => AssertMaps(number, name, expected);

    [Test]
    public void Every_code_of_the_table_is_tested() =>
        Assert.That(TTable.KnownCodes, Is.EquivalentTo(TTable.Codes.Select(static one => one.Name)));

    /// <summary>Maps an error of the service or of the system.</summary>
    /// <param name="number">The status or the error number.</param>
    /// <param name="name">The name of the code. An answer can have none.</param>
    /// <param name="mayHaveLanded">For a write, whether it may have taken effect; <see langword="null"/> for a read.</param>
    protected abstract StorageException From(int number, string? name, bool? mayHaveLanded = null);

    /// <summary>Asserts what an error keeps of the answer.</summary>
    protected abstract void AssertKeeps(StorageException error, int number, string? name);

    protected void AssertMaps(int number, string? name, StorageErrorCode expected)
    {
        bool transient = Transient.Contains(expected);
        using (Assert.EnterMultipleScope())
        {
            StorageException error = From(number, name);

            Assert.That(error.Code, Is.EqualTo(expected));
            Assert.That(error.IsTransient, Is.EqualTo(transient));
            Assert.That(error.Message.Contains("A retry can help", StringComparison.Ordinal), Is.EqualTo(transient));
            Assert.That(error.ProviderCode, Is.EqualTo(name));
            Assert.That(error.IsOutcomeUnknown, Is.False);
            AssertKeeps(error, number, name);
        }
    }

    protected static void AssertOutcome(StorageException error, bool unknown)
    {
        Assert.That(error.IsOutcomeUnknown, Is.EqualTo(unknown));
        Assert.That(error.Message.Contains("may have taken effect", StringComparison.Ordinal), Is.EqualTo(unknown));
    }
}
