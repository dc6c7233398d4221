using System.CommandLine;
using System.Globalization;
using AdmissionSketch;
using Measuring;
using Monolith.Embeddings.Admission;

// Prints the tables of docs/design/admission.md: which ids a sketch admits early, late or never, beside the truth.
var ids = new Option<int>("--ids") { Description = "Distinct ids.", DefaultValueFactory = _ => 50_000_000 };
var occurrences = new Option<long>("--occurrences") { Description = "Length of the stream.", DefaultValueFactory = _ => 50_000_000 };
var exponent = new Option<double>("--exponent")
{
    Description = "Exponent of Zipf's law, greater than 1.",
    DefaultValueFactory = _ => 1.05,
    // The parser's own way takes the comma of "1,05" for a separator of thousands, and reads 105.
    CustomParser = result => double.Parse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture),
};
var megabytes = new Option<int[]>("--megabytes")
{
    Description = "Sizes of the sketch.",
    DefaultValueFactory = _ => [64],
    AllowMultipleArgumentsPerToken = true,
};
var thresholds = new Option<int[]>("--thresholds")
{
    Description = "Occurrences that make a row.",
    DefaultValueFactory = _ => [2, 5, 20],
    AllowMultipleArgumentsPerToken = true,
};
var signatures = new Option<int[]>("--signature-bits")
{
    Description = "8, 16 or 32.",
    DefaultValueFactory = _ => [16],
    AllowMultipleArgumentsPerToken = true,
};
var command = new RootCommand("Measures the admission sketch beside exact counters on a Zipf stream.")
{
    ids, occurrences, exponent, megabytes, thresholds, signatures
};
command.SetAction(parsed =>
{
    var ranks = new ZipfRanks(parsed.GetValue(ids), parsed.GetValue(exponent));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{parsed.GetValue(occurrences):N0} occurrences of {parsed.GetValue(ids):N0} ids by Zipf's law, exponent "
        + $"{parsed.GetValue(exponent)}"));
    Console.WriteLine("| N | counter | bytes | deserving | admitted | early | never deserving | late | missed | ns a question |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
    foreach (var threshold in parsed.GetValue(thresholds)!)
    {
        Measure(threshold, "exact", new ExactCounterOptions());
        foreach (var size in parsed.GetValue(megabytes)!)
        {
            foreach (var bits in parsed.GetValue(signatures)!)
                Measure(threshold, $"sketch, {bits} bits", new SketchCounterOptions { Bytes = (long)size << 20, SignatureBits = bits });
        }
    }

    void Measure(int threshold, string name, OccurrenceCounterOptions counter)
    {
        using var filter = new MinOccurrencesOptions(threshold) { Counter = counter }.Create(new AdmissionContext(1, "items"));
        Console.WriteLine(Comparison.Run(filter, ranks, parsed.GetValue(occurrences), threshold).ToRow(threshold, name));
    }
});
return command.Parse(args).Invoke();
