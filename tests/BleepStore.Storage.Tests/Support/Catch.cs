namespace BleepStore.Storage.Tests.Support;

/// <summary>Catches what an operation throws, so that a test can look at it.</summary>
internal static class Catch
{
    public static async Task<T> AsyncAs<T>(Func<Task> operation)
        where T : Exception
    {
        try
        {
            await operation();
        }
        catch (T expected)
        {
            return expected;
        }
        catch (Exception other)
        {
            Assert.Fail($"Expected {typeof(T).Name}, got {other}");
        }

        Assert.Fail($"Expected {typeof(T).Name}, nothing was thrown.");
        throw new InvalidOperationException();
    }

    public static async Task<StorageException> CodeAsync(StorageErrorCode code, Func<Task> operation)
    {
        StorageException error = await AsyncAs<StorageException>(operation);
        Assert.That(error.Code, Is.EqualTo(code), error.Message);
        return error;
    }

    public static StorageException Code(StorageErrorCode code, Action operation)
    {
        try
        {
            operation();
        }
        catch (StorageException error)
        {
            Assert.That(error.Code, Is.EqualTo(code), error.Message);
            return error;
        }

        Assert.Fail($"Expected {code}, nothing was thrown.");
        throw new InvalidOperationException();
    }
}
