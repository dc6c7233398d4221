using System.Globalization;
using Monolith.Embeddings.Kafka.Processes.Mock;
using Monolith.Embeddings.Kafka.Processes.Training;
using Monolith.Embeddings.Snapshots;

switch (args)
{
    case ["mock", var brokers]:
        MockCommands.Run(int.Parse(brokers, CultureInfo.InvariantCulture));
        return 0;
    case ["train", var folder, var servers, var topic, var cut]:
        await TopicTraining.TrainAsync(new FileSnapshotStore(folder), servers, topic, cut, follow: true);
        return 0;
    default:
        Console.Error.WriteLine("mock BROKERS | train FOLDER SERVERS TOPIC counted|timed");
        return 2;
}
