using System.CommandLine;
using DelayedFeedback;

// Prints the tables of docs/guide/delayed-feedback.md: what each way to learn from labels that come late costs in bias, delay and AUC.
var kind = new Option<string>("--scenario") { Description = "clicks, purchases or all.", DefaultValueFactory = _ => "all" };
kind.AcceptOnlyFromAmong("clicks", "purchases", "all");
var impressions = new Option<long>("--impressions") { Description = "Impressions of each stream.", DefaultValueFactory = _ => 400_000 };
var seed = new Option<ulong>("--seed") { Description = "Of the streams.", DefaultValueFactory = _ => 1UL };
var command = new RootCommand("Measures how models learn from actions that come late.") { kind, impressions, seed };
command.SetAction(parsed =>
{
    foreach (var scenario in new[] { Scenario.Clicks, Scenario.Purchases })
    {
        if (parsed.GetValue(kind) != "all" && parsed.GetValue(kind) != scenario.Name) continue;
        Report.Steady(Console.Out, scenario, parsed.GetValue(impressions), parsed.GetValue(seed), JoinedEmissions.Of);
        Report.Changing(Console.Out, scenario, parsed.GetValue(impressions), parsed.GetValue(seed), JoinedEmissions.Of);
    }
});
return command.Parse(args).Invoke();
