using System.Reflection;
using System.Text.RegularExpressions;

namespace Monolith.Embeddings.Cultures.Tests;

/// <summary>Runs a sample as its user does.</summary>
internal static partial class SampleRun
{
    /// <summary>
    /// What a sample says, with every number in the place of its first digit: their digits depend on the machine, their form does not.
    /// </summary>
    public static string Forms(string sample, string folder, string[] arguments)
    {
        var text = Texts(sample, arguments).Replace(folder, "FOLDER", StringComparison.Ordinal);
        return Rules().Replace(Blanks().Replace(Numbers().Replace(text, "0"), " "), "-");
    }

    private static string Texts(string sample, string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var captured = new StringWriter();
        Console.SetOut(captured);
        Console.SetError(captured);
        try
        {
            var result = Assembly.Load(sample).EntryPoint!.Invoke(null, [arguments]);
            if (result is Task task) task.GetAwaiter().GetResult();
            return captured.ToString();
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    // Invariant: 1,234,567.89 and nothing else.
    [GeneratedRegex(@"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?")]
    private static partial Regex Numbers();

    [GeneratedRegex(@" +")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"-+")]
    private static partial Regex Rules();
}
