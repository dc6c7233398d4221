using Experiments;
using Experiments.CommandLine;
using Monolith.Embeddings.Datasets;
using Samples.Common;

var command = new ExperimentCommand().Build((arguments, names, cancellationToken) =>
    new ExperimentRun(arguments, Console.Out, Console.Error).RunAsync(names, cancellationToken));
return await SampleRun.RunAsync(command, args, Environment.NewLine + "Stopped; the same command goes on from here.", Explain);

static string? Explain(Exception exception) => exception switch
{
    AggregateException { InnerExceptions: [var only] } => Explain(only),
    MalformedLineException or UsageException or InvalidDataException or IOException or UnauthorizedAccessException => exception.Message,
    _ => null,
};
