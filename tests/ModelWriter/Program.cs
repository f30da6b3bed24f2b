using ModelWriter;

while (true)
    for (int version = 1; version <= WrittenModel.Versions; version++)
    {
        WrittenModel.Of(version).SaveCompact(args[0]);
        Console.WriteLine(version);
    }
