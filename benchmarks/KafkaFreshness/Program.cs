using System.CommandLine;
using KafkaFreshness;
using Monolith.Embeddings.Kafka.Processes.Mock;

var intervals = new Option<double[]>("--intervals")
{
    Description = "Times between two deltas, in seconds.",
    DefaultValueFactory = _ => [10, 1, 0.2],
    AllowMultipleArgumentsPerToken = true,
};
var deltas = new Option<int>("--deltas") { Description = "How many deltas of each interval are measured.", DefaultValueFactory = _ => 30 };
var events = new Option<int>("--events") { Description = "Events a second.", DefaultValueFactory = _ => 1000 };
var partitions = new Option<int>("--partitions") { Description = "Partitions of the topic.", DefaultValueFactory = _ => 4 };
var servers = new Option<string>("--servers")
{
    Description = "Brokers that have topics freshness-0, freshness-1 and so on; the client's mock cluster where empty.",
    DefaultValueFactory = _ => "",
};
var command = new RootCommand("How long an event takes into a replica that follows a topic of deltas, in milliseconds.")
{
    intervals, deltas, events, partitions, servers,
};
command.SetAction(async (parsed, stopping) =>
{
    using var cluster = parsed.GetValue(servers) == "" ? new MockCluster(3) : null;
    Console.WriteLine("| interval | events | p50 | p99 | longest | deltas by the topic |");
    Console.WriteLine("|---|---|---|---|---|---|");
    foreach (var (seconds, i) in parsed.GetValue(intervals)!.Select((seconds, i) => (seconds, i)))
    {
        cluster?.Create($"freshness-{i}", parsed.GetValue(partitions));
        var run = new FreshnessRun(
            cluster?.Servers ?? parsed.GetValue(servers)!, $"freshness-{i}", TimeSpan.FromSeconds(seconds), parsed.GetValue(events));
        var result = await run.MeasureAsync(parsed.GetValue(deltas), stopping);
        FormattableString line =
            $"| {seconds} s | {result.Events} | {result.Middle:F0} ms | {result.Late:F0} ms | {result.Longest:F0} ms | {result.ByTopic} |";
        Console.WriteLine(FormattableString.Invariant(line));
    }
    return 0;
});
return await command.Parse(args).InvokeAsync();
