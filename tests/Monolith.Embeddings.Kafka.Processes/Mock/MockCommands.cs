using System.Globalization;

namespace Monolith.Embeddings.Kafka.Processes.Mock;

/// <summary>A mock cluster that obeys lines of its standard input, and answers each with a line; it ends with its input.</summary>
public static class MockCommands
{
    public static void Run(int brokers)
    {
        using var cluster = new MockCluster(brokers);
        Console.WriteLine(cluster.Servers);
        while (Console.ReadLine() is { } line)
        {
            try
            {
                Obey(cluster, line.Split(' '));
                Console.WriteLine("done");
            }
            catch (Exception error) when (error is InvalidOperationException or FormatException or IndexOutOfRangeException)
            {
                Console.WriteLine(error.Message.ReplaceLineEndings(" "));
            }
        }
    }

    private static void Obey(MockCluster cluster, string[] words)
    {
        if (words is ["create", var topic, var partitions]) cluster.Create(topic, Number(partitions));
        else if (words is ["down"]) cluster.TakeDown();
        else if (words is ["up"]) cluster.BringUp();
        else if (words is ["down", var fallen]) cluster.TakeDown(Number(fallen));
        else if (words is ["up", var risen]) cluster.BringUp(Number(risen));
        else throw new FormatException($"No command: {string.Join(' ', words)}");
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
