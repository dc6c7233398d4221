using System.CommandLine;
using Microsoft.Extensions.Options;
using Parity;
using Samples.Common;

var output = new Option<string>("--out") { HelpName = "FOLDER", Description = "Where the files for deepfm_parity.py go.", Required = true };
var data = new Option<string?>("--data")
{
    HelpName = "FOLDER",
    Description = "The folder of MovieTweetings. Default: movietweetings in MONOLITH_DATA.",
};
var synthetic = new Option<bool>("--synthetic") { Description = "Learn from the synthetic click stream instead." };
var events =
    new Option<int>("--events") { HelpName = "N", Description = "How many events, the first in time.", DefaultValueFactory = _ => 20_000 };
var adam = new Option<bool>("--adam") { Description = "Adam for the dense weights instead of Adagrad." };
var sampled = new Option<bool>("--sampled") { Description = "Give examples weights and logit offsets, as where negatives were sampled." };
var seed = new Option<ulong>("--seed")
{
    HelpName = "N",
    Description = "Seed of all first values.",
    DefaultValueFactory = _ => new ParitySettings().Seed,
};

var command = new RootCommand(
    "Trains a DeepFM online and writes down all that another implementation needs to repeat it, and what came out.")
{
    output, data, synthetic, events, adam, sampled, seed,
};
command.SetAction((result, cancellationToken) =>
{
    var settings = new ParitySettings
    {
        Events = result.GetValue(events),
        IsSampled = result.GetValue(sampled),
        Seed = result.GetValue(seed),
    };
    if (result.GetValue(adam)) settings = settings.WithAdam();
    var dataset = result.GetValue(synthetic) ? ParityData.Synthetic(settings) : ParityData.MovieTweetings(result.GetValue(data), settings);
    return new ParityRun(dataset, settings, result.GetValue(output)!).RunAsync(cancellationToken);
});
var parsed = command.Parse(args);
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception is UsageException or OptionsValidationException or IOException or InvalidDataException)
{
    Console.Error.WriteLine("error: " + exception.Message.ReplaceLineEndings(" "));
    return 2;
}
