using System.CommandLine;
using SequenceQuality;
using SequenceQuality.Clicks;
using SequenceQuality.Films;
using TorchSharp;

// SASRec on MovieLens by the public settings, or on the sessions of yoochoose beside neighbours: a line for each thing that is measured.
var data = new Option<string>("--data") { Description = "The folder of MovieLens (CSV or ::) or of yoochoose.", Required = true };
var epochs = new Option<int?>("--epochs") { Description = "How often all is learned. MovieLens 101, yoochoose at most 10." };
var every = new Option<int?>("--every") { Description = "MovieLens: each which epoch is ranked, 5; yoochoose: each which click, 20." };
var width = new Option<int?>("--width") { Description = "How wide the vectors are. MovieLens 50, yoochoose 64." };
var length = new Option<int?>("--length") { Description = "How many newest items are seen. MovieLens 200, yoochoose 20." };
var dropout = new Option<double?>("--dropout") { Description = "The share that is dropped out. 0.2." };
var negatives = new Option<int?>("--negatives") { Description = "Negatives a row. MovieLens 128; yoochoose 8, those of all rows." };
var batch = new Option<int?>("--batch") { Description = "Rows of a batch. MovieLens 128, yoochoose 256." };
var sorted = new Option<int?>("--sorted")
{
    Description = "Batches that are drawn together and divided by length, which costs less. MovieLens 1, yoochoose 32.",
};
var rate = new Option<float?>("--rate") { Description = "The learning rate of Adam. 0.001." };
var temperature = new Option<double?>("--temperature") { Description = "What cosines are divided by. 0.05." };
var seed = new Option<int>("--seed") { Description = "What weights and negatives are drawn from.", DefaultValueFactory = _ => 1 };
var threads = new Option<int>("--threads") { Description = "How many threads compute.", DefaultValueFactory = _ => 2 };
var command = new RootCommand("Measures SASRec on sequences of films or clicks, by full ranking.")
{
    data, epochs, every, width, length, dropout, negatives, batch, sorted, rate, temperature, seed, threads,
};
command.SetAction(parsed =>
{
    var folder = parsed.GetValue(data)!;
    var isFilms = Directory.Exists(folder) && FilmLog.IsIn(folder);
    if (!isFilms && !(Directory.Exists(folder) && SessionLog.IsIn(folder)))
    {
        Console.Error.WriteLine($"{folder} holds neither ratings.csv nor ratings.dat of MovieLens, nor day_0.txt.gz of yoochoose.");
        return 2;
    }
    torch.set_num_threads(parsed.GetValue(threads));
    var settings = new SequenceSettings
    {
        Length = parsed.GetValue(length) ?? (isFilms ? 200 : 20),
        Width = parsed.GetValue(width) ?? (isFilms ? 50 : 64),
        Dropout = parsed.GetValue(dropout) ?? 0.2,
        Negatives = parsed.GetValue(negatives) ?? (isFilms ? 128 : 8),
        SharesNegatives = !isFilms,
        SortedBatches = parsed.GetValue(sorted) ?? (isFilms ? 1 : 32),
        BatchSize = parsed.GetValue(batch) ?? (isFilms ? 128 : 256),
        Rate = parsed.GetValue(rate) ?? 1e-3f,
        Temperature = parsed.GetValue(temperature) ?? 0.05,
        Seed = parsed.GetValue(seed),
    };
    if (isFilms) FilmReport.Write(Console.Out, FilmLog.Read(folder), settings, parsed.GetValue(epochs) ?? 101, parsed.GetValue(every) ?? 5);
    else ClickReport.Write(Console.Out, SessionLog.Read(folder), settings, parsed.GetValue(epochs) ?? 10, parsed.GetValue(every) ?? 20);
    return 0;
});
return command.Parse(args).Invoke();
