Console.WriteLine("BleepStore.Storage quick start");
