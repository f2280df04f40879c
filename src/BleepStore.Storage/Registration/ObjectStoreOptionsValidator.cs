using BleepStore.Storage.Checks;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Registration;

/// <summary>Validates the options of every registered store, the names in its configuration, and that it has a backend.</summary>
internal sealed class ObjectStoreOptionsValidator(IEnumerable<ObjectStoreRegistration> registrations) : IValidateOptions<ObjectStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, ObjectStoreOptions options)
    {
        ObjectStoreRegistration? registration = registrations.FirstOrDefault(
            store => string.Equals(store.Name, name, StringComparison.Ordinal));
        if (registration is null)
        {
            return ValidateOptionsResult.Skip;
        }

        List<string> faults = StoreOptions.Faults(options)
            .Concat(registration.Settings.Faults())
            .Select(fault => $"{registration.Label}: {fault}")
            .ToList();
        if (!registration.HasBackend)
        {
            faults.Add($"{registration.Label} has no backend. Choose one where it is registered, e.g. AddBleepStore().UseLocal(o => " +
                "o.RootPath = \"data\").");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
