using System.Diagnostics;
using Confluent.Kafka;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kafka.Processes.Mock;
using Monolith.Embeddings.Kafka.Processes.Training;
using Monolith.Embeddings.Kafka.Tests.Sources;
using Monolith.Embeddings.Kafka.Tests.Support;

namespace Monolith.Embeddings.Kafka.Tests;

/// <summary>
/// CPU time a message: the source with its encoder, beside the sum of the client's bare loop and the encoder alone on arrays. The brokers
/// are another process; interleaved rounds, medians.
/// </summary>
[Explicit, Category("Long")]
public class TopicSpeed
{
    private const int Messages = 120_000, Partitions = 4, Rounds = 5;

    [Test]
    public async Task A_message_costs_little_more_than_the_client_and_the_encoder()
    {
        using var brokers = new MockProcess();
        brokers.Create("speed", Partitions);
        Topics.WriteEvents(brokers.Servers, "speed", Partitions, 0, Messages);
        var (source, loop, encoder) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var ofSource = await MeasureAsync(() => ReadAsync(brokers.Servers));
            var ofLoop = await MeasureAsync(() => Task.FromResult(Consume(brokers.Servers).Count));
            var messages = Consume(brokers.Servers);
            var ofEncoder = await MeasureAsync(() => Task.FromResult(Encode(messages)));
            if (round == 0) continue;
            source.Add(ofSource);
            loop.Add(ofLoop);
            encoder.Add(ofEncoder);
        }
        var sum = loop.Zip(encoder, (a, b) => a + b).ToList();
        TestContext.Out.WriteLine($"source and encoder {Median(source):F2} us of CPU a message, loop {Median(loop):F2}, encoder "
            + $"{Median(encoder):F2}; ratio {Median(source.Zip(sum, (a, b) => a / b)):F2}");
    }

    private static async Task<double> MeasureAsync(Func<Task<int>> work)
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var count = await work();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMicroseconds / count;
    }

    private static async Task<int> ReadAsync(string servers)
    {
        using var source = EventReader.Open(servers, "speed", options => options.Records.BatchSize = 256);
        var count = 0;
        await foreach (var batch in source.ReadAsync(default, default))
        {
            count += batch.Rows;
            batch.Dispose();
        }
        return count;
    }

    private static List<ConsumeResult<byte[], byte[]>> Consume(string servers)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig(Topics.Client(servers)) { GroupId = "speed", EnableAutoCommit = false }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset("speed", p, 0)));
        var messages = new List<ConsumeResult<byte[], byte[]>>(Messages);
        while (messages.Count < Messages + Partitions) messages.Add(consumer.Consume());
        return messages;
    }

    private static int Encode(List<ConsumeResult<byte[], byte[]>> messages)
    {
        var encoder = EventReader.Encoder;
        using var batch = new ExampleBatch(encoder.Schema);
        var count = 0;
        foreach (var message in messages)
        {
            if (message.Message.Value is null) continue;
            var record = TopicEvent.Read(message);
            encoder.Encode(in record, batch);
            count++;
            if (batch.Rows == 256) batch.Clear();
        }
        return count;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}
