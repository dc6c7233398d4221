// docs/guide/first-model.md shows what stands between the two marks, to the letter; FirstModelPageTests holds that.
// <page>
using System.Globalization;
using System.Runtime.InteropServices;

public static class VisitCommands
{
    public static async Task RunAsync(string[] args, CancellationToken stopping = default)
    {
        using var pressed = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        ConsoleCancelEventHandler stop = (_, press) =>
        {
            press.Cancel = true;
            pressed.Cancel();
        };
        Console.CancelKeyPress += stop;
        // What a service manager or a container sends.
        using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            pressed.Cancel();
        });
        if (args is ["train", var log, var store]) await VisitTraining.RunAsync(log, store, pressed.Token);
        else if (args is ["rank", var newest, var user, .. var items]) await VisitRanking.RunAsync(newest, Id(user), [.. items.Select(Id)]);
        Console.CancelKeyPress -= stop;
    }

    private static long Id(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
// </page>
