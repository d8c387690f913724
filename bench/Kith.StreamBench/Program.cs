return Kith.StreamBench.StreamNode.Run(args);
