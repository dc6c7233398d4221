using System.CommandLine;
using PositiveOnly;
using PositiveOnly.NewItems;

// Prints the tables of docs/results/positive-only.md: recall among all items, each choice ranked before it is learned; and those of
// docs/results/new-items.md.
var data = new Option<string>("--data") { Description = "The folder of online-retail or of yoochoose.", Required = true };
var seeds = new Option<int>("--seeds") { Description = "Online-retail, new items: how many seeds.", DefaultValueFactory = _ => 5 };
var everyNth = new Option<int>("--every") { Description = "Yoochoose: each which click is ranked.", DefaultValueFactory = _ => 50 };
var deep = new Option<int>("--deep-every") { Description = "Yoochoose: the same for DeepFM.", DefaultValueFactory = _ => 1000 };
var newItems = new Option<bool>("--new-items") { Description = "Online-retail or movietweetings: the first impressions of new items." };
var command = new RootCommand("Measures what clicks alone teach.") { data, seeds, everyNth, deep, newItems };
command.SetAction(parsed => parsed.GetValue(newItems) ? NewItemsAsync(parsed.GetValue(data)!, parsed.GetValue(seeds))
    : File.Exists(Path.Combine(parsed.GetValue(data)!, RetailLog.FileName))
    ? Report.RetailAsync(Console.Out, RetailLog.Read(parsed.GetValue(data)!), parsed.GetValue(seeds))
    : Report.SessionsAsync(
        Console.Out, YoochooseLog.Read(parsed.GetValue(data)!), parsed.GetValue(everyNth), parsed.GetValue(deep)));
return await command.Parse(args).InvokeAsync();

static Task NewItemsAsync(string folder, int seeds) => KindLogs.HasMovies(folder)
    ? NewItemReport.WriteAsync(Console.Out, KindLogs.Movies(folder), isFrozen: false, seeds)
    : NewItemReport.WriteAsync(Console.Out, KindLogs.Retail(folder), isFrozen: true, seeds);
