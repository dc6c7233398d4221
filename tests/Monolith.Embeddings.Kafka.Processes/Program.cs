using System.Globalization;
using Monolith.Embeddings.Kafka.Processes.Mock;

switch (args)
{
    case ["mock", var brokers]:
        MockCommands.Run(int.Parse(brokers, CultureInfo.InvariantCulture));
        return 0;
    default:
        Console.Error.WriteLine("mock BROKERS");
        return 2;
}
