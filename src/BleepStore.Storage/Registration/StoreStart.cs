using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Registration;

/// <summary>
/// Stands for the start of one store. The host validates it, and with it the options of the store and of the backend that the store has by
/// then.
/// </summary>
internal sealed class StoreStart
{
    internal sealed class Validator(IServiceProvider services, IEnumerable<ObjectStoreRegistration> registrations)
        : IValidateOptions<StoreStart>
    {
        public ValidateOptionsResult Validate(string? name, StoreStart options)
        {
            List<string> faults = registrations
                .Where(store => string.Equals(store.Name, name, StringComparison.Ordinal))
                .SelectMany(store => store.Faults(services))
                .ToList();
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
