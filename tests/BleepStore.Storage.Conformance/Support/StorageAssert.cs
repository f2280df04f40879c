namespace BleepStore.Storage.Conformance.Support;

/// <summary>Assertions in the words of the contract.</summary>
public static class StorageAssert
{
    /// <summary>Asserts that an operation fails with a code. Another code is in the failure's inner exception.</summary>
    /// <param name="code">The code expected.</param>
    /// <param name="operation">The operation.</param>
    /// <returns>The exception, for further questions.</returns>
    public static async Task<StorageException> FailsAsync(StorageErrorCode code, Func<Task> operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        try
        {
            await operation();
        }
        catch (StorageException error) when (error.Code == code)
        {
            return error;
        }
        catch (Exception other)
        {
            throw new AssertionException($"Expected {code}, but it failed with {other}", other);
        }

        throw new AssertionException($"Expected {code}, but it succeeded.");
    }

    /// <summary>Asserts that an operation throws an exception of a type or one derived from it.</summary>
    /// <typeparam name="TException">The type expected.</typeparam>
    /// <param name="operation">The operation.</param>
    /// <returns>The exception, for further questions.</returns>
    public static async Task<TException> ThrowsAsync<TException>(Func<Task> operation)
        where TException : Exception
    {
        ArgumentNullException.ThrowIfNull(operation);
        try
        {
            await operation();
        }
        catch (TException expected)
        {
            return expected;
        }
        catch (Exception other)
        {
            throw new AssertionException($"Expected {typeof(TException).Name}, but it failed with {other}", other);
        }

        throw new AssertionException($"Expected {typeof(TException).Name}, but it succeeded.");
    }

    /// <summary>Asserts that two snapshots are of one revision of one object and say the same.</summary>
    /// <param name="actual">The actual properties.</param>
    /// <param name="expected">The expected properties.</param>
    public static void SameObject(ObjectProperties actual, ObjectProperties expected)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(expected);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(actual.Key, Is.EqualTo(expected.Key));
            Assert.That(actual.Size, Is.EqualTo(expected.Size));
            Assert.That(actual.ETag, Is.EqualTo(expected.ETag));
            Assert.That(actual.Revision, Is.EqualTo(expected.Revision));
            Assert.That(actual.LastModified, Is.EqualTo(expected.LastModified).Within(TimeSpan.FromSeconds(1)));
        }

        SameAttributes(actual, expected);
    }

    /// <summary>
    /// Asserts that attributes are as given. Attributes that were not given are ignored where the upstream may fill them in (content type,
    /// storage class).
    /// </summary>
    /// <param name="actual">The actual attributes.</param>
    /// <param name="expected">The given attributes.</param>
    public static void SameAttributes(ObjectAttributes actual, ObjectAttributes expected)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(expected);
        using (Assert.EnterMultipleScope())
        {
            if (expected.ContentType is not null)
            {
                Assert.That(actual.ContentType, Is.EqualTo(expected.ContentType));
            }

            if (expected.StorageClass is not null)
            {
                Assert.That(actual.StorageClass, Is.EqualTo(expected.StorageClass));
            }

            Assert.That(actual.ContentEncoding, Is.EqualTo(expected.ContentEncoding));
            Assert.That(actual.ContentLanguage, Is.EqualTo(expected.ContentLanguage));
            Assert.That(actual.ContentDisposition, Is.EqualTo(expected.ContentDisposition));
            Assert.That(actual.CacheControl, Is.EqualTo(expected.CacheControl));
            Assert.That(actual.Expires, Is.EqualTo(expected.Expires));
            Assert.That(actual.Metadata, Is.EquivalentTo(expected.Metadata));
        }
    }
}
